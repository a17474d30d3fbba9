/**
 * Everything that listens: workers for each UDP endpoint, one for TCP, and one for TLS if there are TLS endpoints. The main
 * thread hands them tables. Nothing outside this room knows which kind of worker answers.
 */
import { getPriority } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import { PLAIN_POLICY, type Policy } from '../answer/policy.js';
import type { AnswerTable, LocationMap } from '../answer/table.js';
import type { Clock } from '../platform/clock.js';
import { GeopoolError } from '../platform/errors.js';
import { loadLibc } from '../platform/libc.js';
import type { Log } from '../platform/log.js';
import type { Descriptor } from './bound-socket.js';
import type { Endpoint } from './endpoint.js';
import { ANSWER_WITHIN, ANSWER_WITHIN_STANDING_BACK, newHeartbeat, watchHeartbeats } from './heartbeat.js';
import type { WorkerConfig } from './messages.js';
import { type OpenWorker, openBatched, openPortable, type StartWorker } from './open-workers.js';
import { type Queue, watchQueues } from './queue.js';
import type { TlsTerms } from './secure-context.js';
import { namedSockets } from './sockets.js';
import type { Sums } from './sums.js';
import { createTallies, newWorkerCounters, type WorkerCounters } from './tallies.js';
import { DEFAULT_TCP_LIMITS, type TcpLimits } from './tcp-admission.js';
import { beginThread } from './waiting-threads.js';
import { startWorker } from './worker-handle.js';

/** How UDP is answered. */
export type Transport = 'batched' | 'portable';

export interface Service {
  readonly transport: Transport;
  readonly endpoints: readonly Endpoint[];
  /** Starts answering from a new table. */
  publish(table: AnswerTable): void;
  /** The table published last. */
  table(): AnswerTable;
  /** The generation number of that table. */
  generation(): number;
  /** The oldest generation that a worker may still be answering from. */
  oldestGeneration(): number;
  /** The location map of a pool; undefined if there is no such pool. */
  mapOf(pool: number): LocationMap | undefined;
  /** How many workers died and were replaced. */
  workerDeaths(): number;
  /** How many workers do not answer their heartbeat: they hang, or could not be replaced. */
  silentWorkers(): number;
  /** How long queries can wait in the sockets while the server restarts; undefined with portable UDP. */
  queue(): Queue | undefined;
  /** Sockets that this process opened, for the service manager to keep after it ends; none with portable UDP. */
  readonly made: readonly Descriptor[];
  /** Which of the inherited sockets it listens on. */
  readonly taken: readonly Descriptor[];
  /**
   * Starts answering on these endpoints too, with these terms for TLS. The function it returns stops answering on all
   * others. On an endpoint that stays, no query over UDP is lost; TCP and TLS connections end. Rejects with LISTEN_FAILED,
   * and then nothing has changed. With portable UDP, the endpoints stay as they are.
   */
  relisten(listen: readonly Endpoint[], tls?: TlsTerms): Promise<() => Promise<Relistened>>;
  /** Uses these terms for TLS handshakes from now on. */
  secure(terms: TlsTerms): void;
  /** The current terms for TLS. */
  tls(): TlsTerms | undefined;
  /** Answers by this policy from now on. */
  govern(policy: Policy): void;
  /** The policy in force. */
  policy(): Policy;
  /** What all workers have counted since the start. */
  sums(): Sums;
  /** Stops listening; resolves when all workers have ended. */
  stop(): Promise<void>;
}

/** The new sockets, and the names of those no longer in use, for the service manager. */
export interface Relistened {
  readonly made: readonly Descriptor[];
  readonly gone: readonly string[];
}

export interface ServiceOptions {
  readonly listen: readonly Endpoint[];
  /** UDP workers for each endpoint, if they can share one. */
  readonly workers: number;
  /** Default: DEFAULT_TCP_LIMITS. */
  readonly tcp?: TcpLimits;
  /** For TLS endpoints. */
  readonly tls?: TlsTerms | undefined;
  readonly table: AnswerTable;
  /** Default: PLAIN_POLICY. */
  readonly policy?: Policy;
  /** Sockets handed on to this process. The ones it needs are duplicated. */
  readonly inherited?: readonly Descriptor[];
  readonly clock: Clock;
  readonly log: Log;
  /** Returns a thread that waits to be told what to do. Default: one started at that moment. */
  readonly begin?: typeof beginThread;
  /** False: UDP is answered without batches even if they are available. */
  readonly batched?: boolean;
}

/** Opens all endpoints. If one of them can't be opened, rejects with LISTEN_FAILED and leaves nothing open. */
export async function openService({
  listen,
  workers: count,
  tcp = DEFAULT_TCP_LIMITS,
  tls,
  table,
  policy: first = PLAIN_POLICY,
  inherited = [],
  clock,
  log,
  begin = beginThread,
  batched: wish = true,
}: ServiceOptions): Promise<Service> {
  let current = table;
  let policy = first;
  let terms = tls;
  const nice = getPriority();
  const libc = wish ? await loadLibc() : { unavailable: 'that is what was asked for' };
  if ('unavailable' in libc) {
    log.warn(
      { event: 'portable-transport', reason: libc.unavailable },
      `UDP is answered without batches, at a third of the speed: ${libc.unavailable}`,
    );
  }
  const tallies = createTallies([], current.pools);
  /** The counters of all workers, including those that are starting or ending. */
  const begun = new Set<WorkerCounters>();
  const start: StartWorker = async (protocol, endpoints, thread) => {
    const counters = newWorkerCounters(protocol, current.pools);
    tallies.join(counters);
    begun.add(counters);
    const heartbeat = newHeartbeat();
    const config = (): WorkerConfig => ({ table: current, policy, counters, heartbeat, nice });
    const handle = await startWorker({ protocol, endpoints, start: thread, config, clock, log });
    const patience = protocol === 'tls' ? ANSWER_WITHIN_STANDING_BACK : ANSWER_WITHIN;
    return { protocol, handle, counters, heartbeat, patience, ask: () => handle.tell({ kind: 'asked' }) };
  };
  const tools = { clock, log, begin };
  const streams = { limits: tcp, tls: () => existing(terms) };
  let opened =
    'unavailable' in libc
      ? await openPortable(listen, streams, start, begin)
      : await openBatched(libc, listen, count, inherited, streams, start, tools);
  let wanted = listen;
  /** All workers that answer, including those that are about to end and those that have just begun. */
  let workers = opened.workers;
  let deaths = 0;
  let pulses = watchHeartbeats(workers, clock);
  let queues = watchQueues(workers, clock);
  let stopping: Promise<void> | undefined;
  const { sockets } = opened;
  keepOnly(workers);

  /** Forgets all other workers: they have ended, or could not be started. */
  function keepOnly(kept: readonly OpenWorker[]): void {
    const gone = [...begun].filter((counters) => kept.every((worker) => worker.counters !== counters));
    tallies.leave(gone);
    for (const counters of gone) begun.delete(counters);
  }

  function watch(next: readonly OpenWorker[]): void {
    workers = next;
    pulses.stop();
    queues.stop();
    pulses = watchHeartbeats(workers, clock);
    queues = watchQueues(workers, clock);
  }

  /**
   * Starts answering on these endpoints, on the same sockets where an endpoint stays. The function it returns ends the
   * workers before.
   */
  async function relisten(next: readonly Endpoint[], tls?: TlsTerms): Promise<() => Promise<Relistened>> {
    if ('unavailable' in libc || isDeepStrictEqual(next, wanted)) {
      return async () => {
        if (tls !== undefined) secure(tls);
        return { made: [], gone: [] };
      };
    }
    const before = opened;
    const named = namedSockets(before.sockets);
    const later = { limits: tcp, tls: () => existing(opened === before ? tls : terms) };
    const after = await openBatched(libc, next, count, named, later, start, tools).catch((error: unknown) => {
      keepOnly(workers);
      throw error;
    });
    watch([...before.workers, ...after.workers]);
    for (const { handle } of after.workers) {
      // Tables and policies may have been published while it started.
      handle.republish();
      handle.tell({ kind: 'policy', policy });
    }
    return async () => {
      [opened, wanted, terms] = [after, next, tls];
      watch(after.workers);
      await before.leave();
      deaths += deathsOf(before.workers);
      keepOnly(after.workers);
      const now = namedSockets(after.sockets);
      const kept = new Set(now.map(({ name }) => name));
      return {
        made: now.filter(({ made }) => made),
        gone: [...new Set(named.map(({ name }) => name))].filter((name) => !kept.has(name)),
      };
    };
  }

  function secure(next: TlsTerms): void {
    // Nothing to do, and clients can still resume their sessions.
    if (isDeepStrictEqual(next, terms)) return;
    terms = next;
    for (const { protocol, handle } of workers) {
      if (protocol === 'tls') handle.tell({ kind: 'tls', terms: next });
    }
  }

  return {
    transport: 'unavailable' in libc ? 'portable' : 'batched',
    get endpoints() {
      return opened.endpoints;
    },
    made: namedSockets(sockets).filter(({ made }) => made),
    taken: [...sockets.udp, ...sockets.tcp, ...sockets.tls].flatMap(({ from }) => from ?? []),
    relisten,
    secure,
    tls: () => terms,
    govern(next) {
      policy = next;
      for (const { handle } of workers) handle.tell({ kind: 'policy', policy });
    },
    policy: () => policy,
    publish(next) {
      current = next;
      tallies.publish(next.pools, next.generation);
      for (const { handle } of workers) handle.republish();
    },
    table: () => current,
    generation: () => current.generation,
    oldestGeneration: () => Math.min(...Array.from(begun, ({ adopted }) => Atomics.load(adopted, 0))),
    mapOf: (number) => current.pools[number],
    workerDeaths: () => deaths + deathsOf(workers),
    silentWorkers: () => pulses.silent(),
    queue: () => queues.now(),
    sums: () => tallies.sum(),
    stop() {
      pulses.stop();
      queues.stop();
      stopping ??= opened.stop();
      return stopping;
    },
  };
}

function existing(terms: TlsTerms | undefined): TlsTerms {
  if (terms !== undefined) return terms;
  throw new GeopoolError('CONFIG_INVALID', 'there is no certificate for TLS: add "tls" to the config file');
}

function deathsOf(workers: readonly OpenWorker[]): number {
  return workers.reduce((sum, { handle }) => sum + handle.deaths(), 0);
}
