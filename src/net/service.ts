/**
 * All that listens: workers for each UDP endpoint and one for TCP. The main thread hands them tables; nothing outside this
 * room knows which kind of worker answers.
 */
import { type AnswerTable, type LocationMap, type PoolChange, withPools } from '../answer/table.js';
import type { Clock } from '../clock.js';
import { GeopoolError } from '../errors.js';
import type { Log } from '../log.js';
import { type Endpoint, expandWildcards } from './endpoint.js';
import { type Libc, loadLibc } from './libc.js';
import type { ToWorker } from './messages.js';
import { startBatched, startEventLoop } from './threads.js';
import { closeUdpSocket, openUdpSockets, SocketFault, type UdpSocket } from './udp-sockets.js';
import { listenError, startWorker, type Thread, type WorkerHandle } from './worker-handle.js';

/** How UDP is answered. */
export type Transport = 'batched' | 'portable';

export interface Service {
  readonly transport: Transport;
  readonly endpoints: readonly Endpoint[];
  /** Answers from a new table. */
  publish(table: AnswerTable): void;
  /** Replaces the tables of some pools in the table that is served. */
  publishPools(generation: number, changes: readonly PoolChange[]): void;
  /** The number of the generation that was published last. */
  generation(): number;
  /** The location map that a pool answers by; undefined where there is no such pool. */
  mapOf(pool: number): LocationMap | undefined;
  /** How many workers died and were replaced. */
  workerDeaths(): number;
  /** Stops listening; resolves when all workers have ended. */
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly listen: readonly Endpoint[];
  /** UDP workers for each endpoint, where they can share one. */
  readonly workers: number;
  readonly table: AnswerTable;
  readonly clock: Clock;
  readonly log: Log;
}

/** How often a free port is looked for that both UDP and TCP can have. */
const FREE_PORT_TRIES = 20;

/** Opens all endpoints; rejects with LISTEN_FAILED, and nothing is left open, where one of them can't be. */
export async function openService({
  listen,
  workers: count,
  table,
  clock,
  log,
}: ServiceOptions): Promise<Service> {
  let current = table;
  const libc = await loadLibc();
  const batched = 'unavailable' in libc ? undefined : libc;
  if ('unavailable' in libc) {
    log.warn(
      { event: 'portable-transport', reason: libc.unavailable },
      `UDP is answered without batches, at a third of the speed: ${libc.unavailable}`,
    );
  }
  const start = (
    protocol: 'UDP' | 'TCP',
    endpoints: readonly Endpoint[],
    thread: Start,
  ): Promise<WorkerHandle> =>
    startWorker({ protocol, endpoints, start: thread, table: () => current, clock, log });
  // A batched worker is told the address that was asked, by the kernel; portable ones are one for each address.
  const wanted = batched === undefined ? expandWildcards(listen) : listen;
  const { workers, sockets } = await openAll(wanted, count, batched, start);
  const tellAll = (message: ToWorker): void => {
    for (const worker of workers) worker.tell(message);
  };
  return {
    transport: batched === undefined ? 'portable' : 'batched',
    // The last worker is that of TCP, on the same endpoints as all the others.
    endpoints: workers.at(-1)?.endpoints ?? [],
    publish(next) {
      current = next;
      tellAll({ kind: 'table', table: next });
    },
    publishPools(generation, changes) {
      current = withPools(current, generation, changes);
      tellAll({ kind: 'pools', generation, changes });
    },
    generation: () => current.generation,
    mapOf: (number) => current.pools[number],
    workerDeaths: () => workers.reduce((sum, worker) => sum + worker.deaths(), 0),
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop()));
      if (batched !== undefined) for (const socket of sockets) closeUdpSocket(batched, socket);
    },
  };
}

type Start = (endpoints: readonly Endpoint[], table: AnswerTable) => Thread;
type StartWorker = (
  protocol: 'UDP' | 'TCP',
  endpoints: readonly Endpoint[],
  start: Start,
) => Promise<WorkerHandle>;

interface Opened {
  /** The UDP workers, then the TCP worker. */
  readonly workers: WorkerHandle[];
  readonly sockets: UdpSocket[];
}

/** Opens UDP, then TCP on the same ports. A port that was free for UDP may be taken for TCP: then another one is tried. */
async function openAll(
  wanted: readonly Endpoint[],
  count: number,
  libc: Libc | undefined,
  start: StartWorker,
): Promise<Opened> {
  for (let tries = 1; ; tries++) {
    const opened: Opened = { workers: [], sockets: [] };
    try {
      const endpoints: Endpoint[] = [];
      for (const endpoint of wanted) endpoints.push(await openUdp(endpoint, count, libc, start, opened));
      opened.workers.push(await start('TCP', endpoints, (own, table) => startEventLoop('tcp', own, table)));
      return opened;
    } catch (error) {
      await Promise.all(opened.workers.map((worker) => worker.stop()));
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
  count: number,
  libc: Libc | undefined,
  start: StartWorker,
  opened: Opened,
): Promise<Endpoint> {
  if (libc === undefined) {
    const worker = await start('UDP', [endpoint], (own, table) => startEventLoop('udp-portable', own, table));
    opened.workers.push(worker);
    return worker.endpoints[0] ?? endpoint;
  }
  const sockets = openSockets(libc, endpoint, count);
  opened.sockets.push(...sockets);
  for (const socket of sockets) {
    opened.workers.push(await start('UDP', [socket.endpoint], (_own, table) => startBatched(socket, table)));
  }
  return sockets[0]?.endpoint ?? endpoint;
}

function openSockets(libc: Libc, endpoint: Endpoint, count: number): UdpSocket[] {
  try {
    return openUdpSockets(libc, endpoint, count);
  } catch (error) {
    if (error instanceof SocketFault) throw listenError('UDP', error.endpoint, error.code);
    throw error;
  }
}
