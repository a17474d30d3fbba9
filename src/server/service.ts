/**
 * All that listens: workers for each UDP endpoint, one for TCP, and one for TLS where there are endpoints for it. The main thread hands them tables; nothing outside this
 * room knows which kind of worker answers.
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
  /** Answers from a new table. */
  publish(table: AnswerTable): void;
  /** The table that was published last. */
  table(): AnswerTable;
  /** The number of its generation. */
  generation(): number;
  /** The oldest generation that a worker may still be answering from. */
  oldestGeneration(): number;
  /** The location map that a pool answers by; undefined where there is no such pool. */
  mapOf(pool: number): LocationMap | undefined;
  /** How many workers died and were replaced. */
  workerDeaths(): number;
  /** How many workers do not answer: they stand still, or could not be replaced. */
  silentWorkers(): number;
  /** How long questions can wait for a server that is being started anew; undefined where UDP is portable. */
  queue(): Queue | undefined;
  /** Sockets that this process made, for whoever keeps descriptors beyond its end; none where UDP is portable. */
  readonly made: readonly Descriptor[];
  /** Which of those that were handed on it listens on. */
  readonly taken: readonly Descriptor[];
  /**
   * Answers on these endpoints too, with these terms for TLS; what it gives ends answering on all others. On an endpoint that
   * stays no question is lost over UDP; TCP and TLS connections end. Rejects with LISTEN_FAILED, and nothing has changed then. Where UDP is
   * portable, endpoints stay as they are.
   */
  relisten(listen: readonly Endpoint[], tls?: TlsTerms): Promise<() => Promise<Relistened>>;
  /** Shakes hands on other terms from now on. */
  secure(terms: TlsTerms): void;
  /** The terms for TLS. */
  tls(): TlsTerms | undefined;
  /** Answers by another policy from now on. */
  govern(policy: Policy): void;
  /** The policy that it answers by. */
  policy(): Policy;
  /** What all workers have counted since the start. */
  sums(): Sums;
  /** Stops listening; resolves when all workers have ended. */
  stop(): Promise<void>;
}

/** Sockets that are new, and the names of those that are no more: for whoever keeps descriptors. */
export interface Relistened {
  readonly made: readonly Descriptor[];
  readonly gone: readonly string[];
}

export interface ServiceOptions {
  readonly listen: readonly Endpoint[];
  /** UDP workers for each endpoint, where they can share one. */
  readonly workers: number;
  /** Default: DEFAULT_TCP_LIMITS. */
  readonly tcp?: TcpLimits;
  /** For endpoints for TLS. */
  readonly tls?: TlsTerms | undefined;
  readonly table: AnswerTable;
  /** Default: PLAIN_POLICY. */
  readonly policy?: Policy;
  /** Sockets that were handed on to this process. What of them is used is used as a duplicate. */
  readonly inherited?: readonly Descriptor[];
  readonly clock: Clock;
  readonly log: Log;
  /** Gives a thread that waits for its start. Default: one that is begun then. */
  readonly begin?: typeof beginThread;
  /** False: UDP is answered without batches even where they can be had. */
  readonly batched?: boolean;
}

/** Opens all endpoints; rejects with LISTEN_FAILED, and nothing is left open, where one of them can't be. */
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
  /** What workers count in, also those that could not be had. */
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
  /** All that answer: also those that are about to end, and those that have just begun. */
  let workers = opened.workers;
  let deaths = 0;
  let pulses = watchHeartbeats(workers, clock);
  let queues = watchQueues(workers, clock);
  let stopping: Promise<void> | undefined;
  const { sockets } = opened;

  function watch(next: readonly OpenWorker[]): void {
    workers = next;
    pulses.stop();
    queues.stop();
    pulses = watchHeartbeats(workers, clock);
    queues = watchQueues(workers, clock);
  }

  /** Begins to answer there, on the same sockets where they stay; what it gives ends answering as before. */
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
      const failed = [...begun].filter((counters) => workers.every((worker) => worker.counters !== counters));
      tallies.leave(failed);
      for (const counters of failed) begun.delete(counters);
      throw error;
    });
    watch([...before.workers, ...after.workers]);
    for (const { handle } of after.workers) {
      // Whatever was published while it started.
      handle.republish();
      handle.tell({ kind: 'policy', policy });
    }
    return async () => {
      [opened, wanted, terms] = [after, next, tls];
      watch(after.workers);
      await before.leave();
      deaths += deathsOf(before.workers);
      tallies.leave(before.workers.map(({ counters }) => counters));
      for (const { counters } of before.workers) begun.delete(counters);
      const now = namedSockets(after.sockets);
      const kept = new Set(now.map(({ name }) => name));
      return {
        made: now.filter(({ made }) => made),
        gone: [...new Set(named.map(({ name }) => name))].filter((name) => !kept.has(name)),
      };
    };
  }

  function secure(next: TlsTerms): void {
    // Sessions can be resumed as before.
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
    oldestGeneration: () => Math.min(...workers.map(({ counters }) => Atomics.load(counters.adopted, 0))),
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
