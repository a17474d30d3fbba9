/**
 * All that listens: workers for each UDP endpoint and one for TCP. The main thread hands them tables; nothing outside this
 * room knows which kind of worker answers.
 */
import { getPriority } from 'node:os';
import { PLAIN_POLICY, type Policy } from '../answer/policy.js';
import type { AnswerTable, LocationMap } from '../answer/table.js';
import type { Clock } from '../clock.js';
import { GeopoolError } from '../errors.js';
import { type Libc, loadLibc } from '../libc.js';
import type { Log } from '../log.js';
import { type Endpoint, formatEndpoint } from './endpoint.js';
import type { Duty } from './messages.js';
import { newPulse, type Patient, takePulses } from './pulse.js';
import {
  createTallies,
  newWorkerCounters,
  type Protocol,
  type Sums,
  type WorkerCounters,
} from './tallies.js';
import { DEFAULT_TCP_LIMITS, type TcpLimits } from './tcp-admission.js';
import { startBatched, startPortable, startTcp } from './threads.js';
import {
  closeUdpSocket,
  openUdpSockets,
  SocketFault,
  tellOfSmallBuffers,
  type UdpSocket,
} from './udp-sockets.js';
import { listenError, startWorker, type Thread, tellOfWaiting, type WorkerHandle } from './worker-handle.js';

/** How UDP is answered. */
export type Transport = 'batched' | 'portable';

export interface Service {
  readonly transport: Transport;
  readonly endpoints: readonly Endpoint[];
  /** Answers from a new table. */
  publish(table: AnswerTable): void;
  /** The number of the generation that was published last. */
  generation(): number;
  /** The oldest generation that a worker may still be answering from. */
  oldestGeneration(): number;
  /** The location map that a pool answers by; undefined where there is no such pool. */
  mapOf(pool: number): LocationMap | undefined;
  /** How many workers died and were replaced. */
  workerDeaths(): number;
  /** How many workers do not answer: they stand still, or could not be replaced. */
  silentWorkers(): number;
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
  readonly clock: Clock;
  readonly log: Log;
  /** False: UDP is answered without batches even where they can be had. */
  readonly batched?: boolean;
}

/** How often a free port is looked for that both UDP and TCP can have. */
const FREE_PORT_TRIES = 20;

/** Opens all endpoints; rejects with LISTEN_FAILED, and nothing is left open, where one of them can't be. */
export async function openService({
  listen,
  workers: count,
  tcp = DEFAULT_TCP_LIMITS,
  table,
  policy = PLAIN_POLICY,
  clock,
  log,
  batched: wish = true,
}: ServiceOptions): Promise<Service> {
  let current = table;
  const nice = getPriority();
  const libc = wish ? await loadLibc() : { unavailable: 'that is what was asked for' };
  const batched = 'unavailable' in libc ? undefined : libc;
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
    return { handle, counters, pulse, ask: () => handle.tell({ kind: 'asked' }) };
  };
  const { workers, sockets } = await openAll(listen, count, batched, tcp, start);
  tellOfSmallBuffers(sockets, log);
  const missing = sockets.flatMap(({ present, endpoint }) =>
    present ? [] : [[formatEndpoint(endpoint), endpoint] as const],
  );
  for (const endpoint of new Map(missing).values()) tellOfWaiting('udp', endpoint, 'EADDRNOTAVAIL', log);
  const handles = workers.map(({ handle }) => handle);
  const tallies = createTallies(
    workers.map(({ counters }) => counters),
    current.pools,
  );
  const pulses = takePulses(workers, clock);
  return {
    transport: batched === undefined ? 'portable' : 'batched',
    // The last worker is that of TCP, on the same endpoints as all the others.
    endpoints: handles.at(-1)?.endpoints ?? [],
    publish(next) {
      current = next;
      tallies.publish(next.pools, next.generation);
      for (const handle of handles) handle.renew();
    },
    generation: () => current.generation,
    oldestGeneration: () => Math.min(...workers.map(({ counters }) => Atomics.load(counters.adopted, 0))),
    mapOf: (number) => current.pools[number],
    workerDeaths: () => handles.reduce((sum, handle) => sum + handle.deaths(), 0),
    silentWorkers: () => pulses.silent(),
    sums: () => tallies.sum(),
    async stop() {
      pulses.stop();
      await Promise.all(handles.map((handle) => handle.stop()));
      if (batched !== undefined) for (const socket of sockets) closeUdpSocket(batched, socket);
    },
  };
}

interface OpenWorker extends Patient {
  readonly handle: WorkerHandle;
  readonly counters: WorkerCounters;
}

type StartWorker = (
  protocol: Protocol,
  endpoints: readonly Endpoint[],
  start: (endpoints: readonly Endpoint[], duty: Duty) => Thread,
) => Promise<OpenWorker>;

interface Opened {
  /** The UDP workers, then the TCP worker. */
  readonly workers: OpenWorker[];
  readonly sockets: UdpSocket[];
}

/** Opens UDP, then TCP on the same ports. A port that was free for UDP may be taken for TCP: then another one is tried. */
async function openAll(
  wanted: readonly Endpoint[],
  count: number,
  libc: Libc | undefined,
  limits: TcpLimits,
  start: StartWorker,
): Promise<Opened> {
  for (let tries = 1; ; tries++) {
    const opened: Opened = { workers: [], sockets: [] };
    try {
      const endpoints: Endpoint[] = [];
      for (const endpoint of wanted) {
        // Ports that are yet to be found belong to nobody.
        const siblings = [...endpoints, ...wanted].filter(({ port }) => port !== 0);
        endpoints.push(await openUdp(endpoint, siblings, count, libc, start, opened));
      }
      opened.workers.push(await start('tcp', endpoints, (own, duty) => startTcp(own, duty, limits)));
      return opened;
    } catch (error) {
      await Promise.all(opened.workers.map(({ handle }) => handle.stop()));
      if (libc !== undefined) for (const socket of opened.sockets) closeUdpSocket(libc, socket);
      const free = wanted.some(({ port }) => port === 0);
      const refused = error instanceof GeopoolError && error.code === 'LISTEN_FAILED';
      if (!free || !refused || tries === FREE_PORT_TRIES) throw error;
    }
  }
}

/** Opens one endpoint for UDP, adding to `opened`; gives the endpoint with its port. */
async function openUdp(
  endpoint: Endpoint,
  siblings: readonly Endpoint[],
  count: number,
  libc: Libc | undefined,
  start: StartWorker,
  opened: Opened,
): Promise<Endpoint> {
  if (libc === undefined) {
    const worker = await start('udp', [endpoint], (own, duty) => startPortable(own, duty, siblings));
    opened.workers.push(worker);
    return worker.handle.endpoints[0] ?? endpoint;
  }
  const sockets = openSockets(libc, endpoint, count);
  opened.sockets.push(...sockets);
  for (const socket of sockets) {
    opened.workers.push(
      await start('udp', [socket.endpoint], (_own, duty) => startBatched(socket, duty, siblings)),
    );
  }
  return sockets[0]?.endpoint ?? endpoint;
}

function openSockets(libc: Libc, endpoint: Endpoint, count: number): UdpSocket[] {
  try {
    return openUdpSockets(libc, endpoint, count);
  } catch (error) {
    if (error instanceof SocketFault) throw listenError('udp', error.endpoint, error.code);
    throw error;
  }
}
