/**
 * All that listens: a worker for each UDP endpoint and one for TCP. The main thread hands them tables; nothing outside
 * this room knows which kind of worker answers.
 */
import { type AnswerTable, type PoolChange, withPools } from '../answer/table.js';
import type { Clock } from '../clock.js';
import { GeopoolError } from '../errors.js';
import type { PrefixTree } from '../ip/prefix-tree.js';
import type { Log } from '../log.js';
import { type Endpoint, expandWildcards } from './endpoint.js';
import { startWorker, type WorkerHandle } from './worker-handle.js';

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
  mapOf(pool: number): PrefixTree | undefined;
  /** How many workers died and were replaced. */
  workerDeaths(): number;
  /** Stops listening; resolves when all workers have ended. */
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly listen: readonly Endpoint[];
  readonly table: AnswerTable;
  readonly clock: Clock;
  readonly log: Log;
}

/** How often a free port is looked for that both UDP and TCP can have. */
const FREE_PORT_TRIES = 20;

/** Opens all endpoints; rejects with LISTEN_FAILED, and nothing is left open, where one of them can't be. */
export async function openService({ listen, table, clock, log }: ServiceOptions): Promise<Service> {
  let current = table;
  const wanted = expandWildcards(listen);
  const start = (protocol: 'UDP' | 'TCP', endpoints: readonly Endpoint[]): Promise<WorkerHandle> => {
    const script = protocol === 'UDP' ? './udp-portable-worker.js' : './tcp-worker.js';
    return startWorker({
      protocol,
      script: new URL(script, import.meta.url),
      endpoints,
      table: () => current,
      clock,
      log,
    });
  };
  const workers = await openAll(wanted, start);
  const tellAll = (message: Parameters<WorkerHandle['tell']>[0]): void => {
    for (const worker of workers) worker.tell(message);
  };
  return {
    transport: 'portable',
    endpoints: workers.slice(0, -1).flatMap(({ endpoints }) => endpoints),
    publish(next) {
      current = next;
      tellAll({ kind: 'table', table: next });
    },
    publishPools(generation, changes) {
      current = withPools(current, generation, changes);
      tellAll({ kind: 'pools', generation, changes });
    },
    generation: () => current.generation,
    mapOf(number) {
      const pool = current.pools[number];
      return pool === undefined ? undefined : { nodes: pool.map, ipv4: pool.ipv4Root, ipv6: pool.ipv6Root };
    },
    workerDeaths: () => workers.reduce((sum, worker) => sum + worker.deaths(), 0),
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
}

/** The UDP workers, then the TCP worker on the same ports. A free port for UDP may be taken for TCP: then another one. */
async function openAll(
  wanted: readonly Endpoint[],
  start: (protocol: 'UDP' | 'TCP', endpoints: readonly Endpoint[]) => Promise<WorkerHandle>,
): Promise<WorkerHandle[]> {
  for (let tries = 1; ; tries++) {
    const opened: WorkerHandle[] = [];
    try {
      for (const endpoint of wanted) opened.push(await start('UDP', [endpoint]));
      opened.push(
        await start(
          'TCP',
          opened.flatMap(({ endpoints }) => endpoints),
        ),
      );
      return opened;
    } catch (error) {
      await Promise.all(opened.map((worker) => worker.stop()));
      const free = wanted.some(({ port }) => port === 0);
      const refused = error instanceof GeopoolError && error.code === 'LISTEN_FAILED';
      if (!free || !refused || tries === FREE_PORT_TRIES) throw error;
    }
  }
}
