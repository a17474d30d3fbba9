/**
 * All that listens: workers for each UDP endpoint and one for TCP. The main thread hands them tables; nothing outside this
 * room knows which kind of worker answers.
 */
import { getPriority } from 'node:os';
import { PLAIN_POLICY, type Policy } from '../answer/policy.js';
import type { AnswerTable, LocationMap } from '../answer/table.js';
import type { Clock } from '../clock.js';
import { loadLibc } from '../libc.js';
import type { Log } from '../log.js';
import type { Descriptor } from './bound-socket.js';
import type { Endpoint } from './endpoint.js';
import type { Duty } from './messages.js';
import { openBatched, openPortable, type StartWorker } from './open-workers.js';
import { newPulse, takePulses } from './pulse.js';
import { type Queue, watchQueues } from './queue.js';
import { newSockets } from './sockets.js';
import { createTallies, newWorkerCounters, type Sums } from './tallies.js';
import { DEFAULT_TCP_LIMITS, type TcpLimits } from './tcp-admission.js';
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
  /** Answers by another policy from now on. */
  govern(policy: Policy): void;
  /** What all workers have counted since the start. */
  sums(): Sums;
  /** Stops listening; resolves when all workers have ended. */
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly listen: readonly Endpoint[];
  /** UDP workers for each endpoint, where they can share one. */
  readonly workers: number;
  /** Default: DEFAULT_TCP_LIMITS. */
  readonly tcp?: TcpLimits;
  readonly table: AnswerTable;
  /** Default: PLAIN_POLICY. */
  readonly policy?: Policy;
  /** Sockets that were handed on to this process. What of them is used is used as a duplicate. */
  readonly inherited?: readonly Descriptor[];
  readonly clock: Clock;
  readonly log: Log;
  /** False: UDP is answered without batches even where they can be had. */
  readonly batched?: boolean;
}

/** Opens all endpoints; rejects with LISTEN_FAILED, and nothing is left open, where one of them can't be. */
export async function openService({
  listen,
  workers: count,
  tcp = DEFAULT_TCP_LIMITS,
  table,
  policy: first = PLAIN_POLICY,
  inherited = [],
  clock,
  log,
  batched: wish = true,
}: ServiceOptions): Promise<Service> {
  let current = table;
  let policy = first;
  const nice = getPriority();
  const libc = wish ? await loadLibc() : { unavailable: 'that is what was asked for' };
  if ('unavailable' in libc) {
    log.warn(
      { event: 'portable-transport', reason: libc.unavailable },
      `UDP is answered without batches, at a third of the speed: ${libc.unavailable}`,
    );
  }
  const start: StartWorker = async (protocol, endpoints, thread) => {
    const counters = newWorkerCounters(protocol, current.pools);
    const pulse = newPulse();
    const duty = (): Duty => ({ table: current, policy, counters, pulse, nice });
    const handle = await startWorker({ protocol, endpoints, start: thread, duty, clock, log });
    return { protocol, handle, counters, pulse, ask: () => handle.tell({ kind: 'asked' }) };
  };
  const opened =
    'unavailable' in libc
      ? await openPortable(listen, tcp, start)
      : await openBatched(libc, listen, count, inherited, tcp, start, { clock, log });
  const { endpoints, workers, sockets } = opened;
  const handles = workers.map(({ handle }) => handle);
  const tallies = createTallies(
    workers.map(({ counters }) => counters),
    current.pools,
  );
  const pulses = takePulses(workers, clock);
  const queues = watchQueues(workers, clock);
  let stopping: Promise<void> | undefined;
  return {
    transport: 'unavailable' in libc ? 'portable' : 'batched',
    endpoints,
    made: newSockets(sockets),
    taken: [...sockets.udp, ...sockets.tcp].flatMap(({ from }) => from ?? []),
    govern(next) {
      policy = next;
      for (const handle of handles) handle.tell({ kind: 'policy', policy });
    },
    publish(next) {
      current = next;
      tallies.publish(next.pools, next.generation);
      for (const handle of handles) handle.renew();
    },
    table: () => current,
    generation: () => current.generation,
    oldestGeneration: () => Math.min(...workers.map(({ counters }) => Atomics.load(counters.adopted, 0))),
    mapOf: (number) => current.pools[number],
    workerDeaths: () => handles.reduce((sum, handle) => sum + handle.deaths(), 0),
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
