/**
 * The counters of all workers, added up when somebody asks. Counters of a pool's catchments go with the table that numbers
 * them: a new table brings new ones, and the old ones become part of the pool's total once no worker counts in them any
 * more, and are used again. So totals only grow for as long as a pool is there, and memory does not.
 */
import { type Countable, type Hits, newCounters, newHits, TALLY, type Tally } from '../answer/tally.js';
import {
  addAnswers,
  type Counting,
  copyOf,
  countedPools,
  keyOf,
  sumPool,
  type Totals,
} from './pool-counters.js';
import { type Protocol, type Sums, sumTallies } from './sums.js';

/** What one worker counts in. A thread that takes a dead one's place goes on with it. */
export interface WorkerCounters {
  readonly protocol: Protocol;
  readonly tally: Tally;
  readonly adopted: Int32Array;
  /** Of the pools that are published. */
  hits: Hits;
}

export interface Tallies {
  /** A worker counts in these from now on. */
  join(counters: WorkerCounters): void;
  /** Nobody counts in these any more: what is in them stays in the sums. */
  leave(gone: readonly WorkerCounters[]): void;
  /** Gives the workers new counters, for the pools of the table of that generation, which they are about to be told of. */
  publish(pools: readonly Countable[], generation: number): void;
  sum(): Sums;
}

/** Counters for a worker that answers from these pools. */
export function newWorkerCounters(protocol: Protocol, pools: readonly Countable[]): WorkerCounters {
  return { protocol, ...newCounters(pools) };
}

/** What holds at this moment: no sum of what was. */
const GAUGES: readonly number[] = [TALLY.TCP_OPEN, TALLY.ROWS_OCTETS];

/** Adds up the counters of workers that answer from these pools. */
export function createTallies(first: readonly WorkerCounters[], pools: readonly Countable[]): Tallies {
  let workers = first;
  /** Those that ended, of each protocol together. */
  const past = new Map<Protocol, number[]>();
  const counting = (counted: readonly Countable[]): Counting => ({
    pools: countedPools(counted),
    hits: workers.map(({ hits }) => hits),
  });
  let published = counting(pools);
  /** Tables that somebody may still be answering from, the oldest first, and the generation that took over from each. */
  const retiring: { readonly table: Counting; readonly until: number }[] = [];
  /** The blocks of those before. */
  const spares: Hits['block'][] = [];
  /** The answers from tables before those. */
  const totals: Totals = new Map();

  /** Adds those to the totals that every worker has left. */
  function retire(): void {
    const oldest = Math.min(...workers.map(({ adopted }) => Atomics.load(adopted, 0)));
    const left = retiring.findIndex(({ until }) => until > oldest);
    for (const { table } of retiring.splice(0, left < 0 ? retiring.length : left)) {
      addAnswers(totals, table);
      spares.push(...table.hits.map(({ block }) => block));
    }
    const served = new Map(published.pools.map((pool) => [keyOf(pool.name), pool]));
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
