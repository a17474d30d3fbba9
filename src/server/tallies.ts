/**
 * The counters of all workers, added up when they are asked for. The counters of a pool's catchments belong to the table
 * that numbers the catchments: a new table brings new counters. Once no worker counts in the old ones any more, they are
 * added to the pool's total and their memory is used again. So totals only grow as long as a pool exists, and memory does
 * not.
 */
import { poolKey } from '../answer/table.js';
import { type Countable, type Hits, newCounters, newHits, TALLY, type Tally } from '../answer/tally.js';
import { addAnswers, type Counting, copyOf, countedPools, sumPool, type Totals } from './pool-counters.js';
import { type Protocol, type Sums, sumTallies } from './sums.js';

/** The counters of one worker. A thread that replaces a dead one goes on with them. */
export interface WorkerCounters {
  readonly protocol: Protocol;
  readonly tally: Tally;
  readonly adopted: Int32Array;
  /** For the published pools. */
  hits: Hits;
}

export interface Tallies {
  /** Adds the counters of a worker that starts. */
  join(counters: WorkerCounters): void;
  /** Removes the counters of workers that ended; what they counted stays in the sums. */
  leave(gone: readonly WorkerCounters[]): void;
  /**
   * Gives the workers new counters for the pools of a table, before they are told of that table. `generation` is the
   * table's.
   */
  publish(pools: readonly Countable[], generation: number): void;
  sum(): Sums;
}

/** Returns counters for a worker that answers from these pools. */
export function newWorkerCounters(protocol: Protocol, pools: readonly Countable[]): WorkerCounters {
  return { protocol, ...newCounters(pools) };
}

/** Gauges: they hold the value at this moment and are not summed over workers that ended. */
const GAUGES: readonly number[] = [TALLY.TCP_OPEN, TALLY.ROWS_OCTETS];

/** Returns tallies for workers that answer from these pools. */
export function createTallies(first: readonly WorkerCounters[], pools: readonly Countable[]): Tallies {
  let workers = first;
  /** The counts of workers that ended, added up by protocol. */
  const past = new Map<Protocol, number[]>();
  const counting = (counted: readonly Countable[]): Counting => ({
    pools: countedPools(counted),
    hits: workers.map(({ hits }) => hits),
  });
  let published = counting(pools);
  /** Tables that a worker may still be answering from, the oldest first, and the generation that replaced each. */
  const retiring: { readonly table: Counting; readonly until: number }[] = [];
  /** Blocks of retired tables, to be used again. */
  const spares: Hits['block'][] = [];
  /** Answers from the tables before those. */
  const totals: Totals = new Map();

  /** Adds the tables that every worker has left to the totals. */
  function retire(): void {
    const oldest = Math.min(...workers.map(({ adopted }) => Atomics.load(adopted, 0)));
    const left = retiring.findIndex(({ until }) => until > oldest);
    for (const { table } of retiring.splice(0, left < 0 ? retiring.length : left)) {
      addAnswers(totals, table);
      spares.push(...table.hits.map(({ block }) => block));
    }
    const served = new Map(published.pools.map((pool) => [poolKey(pool.name), pool]));
    for (const [key, { addresses }] of totals) {
      const pool = served.get(key);
      if (pool === undefined) totals.delete(key);
      const kept = new Set(pool?.keys);
      for (const address of addresses.keys()) if (!kept.has(address)) addresses.delete(address);
    }
  }

  return {
    join(counters) {
      workers = [...workers, counters];
      published = { ...published, hits: [...published.hits, counters.hits] };
    },
    leave(gone) {
      workers = workers.filter((worker) => !gone.includes(worker));
      for (const { protocol, tally } of gone) {
        const sums = past.get(protocol) ?? [];
        for (const [i, value] of tally.entries()) if (!GAUGES.includes(i)) sums[i] = (sums[i] ?? 0) + value;
        past.set(protocol, sums);
      }
    },
    publish(next, generation) {
      retire();
      retiring.push({ table: published, until: generation });
      for (const worker of workers) worker.hits = newHits(next, spares.pop());
      published = counting(next);
    },
    sum() {
      retire();
      const all = [...workers, ...Array.from(past, ([protocol, tally]) => ({ protocol, tally }))];
      const before = copyOf(totals);
      for (const { table } of retiring) addAnswers(before, table);
      return {
        ...sumTallies(all, workers.length),
        pools: published.pools.map((pool) => sumPool(before, published.hits, pool)),
      };
    },
  };
}
