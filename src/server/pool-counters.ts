/**
 * The counters of pools: those of the current table, by catchment, and those of earlier tables, which numbered catchments
 * differently.
 */
import { poolKey } from '../answer/table.js';
import { type Countable, type Hits, hitsOf } from '../answer/tally.js';
import {
  addChosen,
  type ChosenCounters,
  chosenCounters,
  type KeyedPool,
  refusedByChosen,
} from './chosen-counters.js';
import type { PoolSum } from './sums.js';

/** The counters of one table. */
export interface Counting {
  /** The pools of the files. */
  readonly pools: readonly CountedPool[];
  /** By worker. */
  readonly hits: readonly Hits[];
}

/** A pool with its addresses as texts, since the table's memory is reused once all workers have left it. */
export interface CountedPool extends KeyedPool {
  /** Its number among all pools of the table. */
  readonly number: number;
  readonly chosen: readonly ChosenCounters[];
}

export function countedPools(all: readonly Countable[]): CountedPool[] {
  const keyed = all.map((pool) => ({ ...pool, keys: addressKeys(pool) }));
  const chosen = chosenCounters(keyed);
  return keyed.flatMap((pool, number) =>
    pool.name.chosenFrom === undefined ? { ...pool, number, chosen: chosen.get(number) ?? [] } : [],
  );
}

/**
 * By the key of a pool's name: answers, how many of them went to names that users chose, refusals, and answers with each
 * address.
 */
export type Totals = Map<
  string,
  { answers: number; chosen: number; refused: number; readonly addresses: Map<string, number> }
>;

export function copyOf(totals: Totals): Totals {
  return new Map(
    Array.from(totals, ([key, { addresses, ...sums }]) => [key, { ...sums, addresses: new Map(addresses) }]),
  );
}

export function addAnswers(totals: Totals, { pools, hits }: Counting): void {
  for (const pool of pools) {
    const key = poolKey(pool.name);
    const sums = totals.get(key) ?? {
      answers: 0,
      chosen: 0,
      refused: 0,
      addresses: new Map<string, number>(),
    };
    const { catchments, chosen, addresses, refused } = addCounters(hits, pool);
    sums.answers += total(catchments) + chosen;
    sums.chosen += chosen;
    sums.refused += refused;
    for (const [i, address] of pool.keys.entries()) {
      sums.addresses.set(address, (sums.addresses.get(address) ?? 0) + (addresses[i] ?? 0));
    }
    totals.set(key, sums);
  }
}

/** The counts of a pool of the current table, including those of earlier tables (`before`). */
export function sumPool(before: Totals, hits: readonly Hits[], pool: CountedPool): PoolSum {
  const earlier = before.get(poolKey(pool.name));
  const { catchments, chosen, addresses, refused } = addCounters(hits, pool);
  return {
    name: pool.name,
    answers: (earlier?.answers ?? 0) + total(catchments) + chosen,
    refused: (earlier?.refused ?? 0) + refused,
    ...(pool.chosen.length > 0 && { chosen: (earlier?.chosen ?? 0) + chosen }),
    catchments,
    addresses: addresses.map((own, i) => own + (earlier?.addresses.get(pool.keys[i] ?? '') ?? 0)),
  };
}

/**
 * What all workers counted for one pool: answers by catchment, answers by address, answers to names that users chose,
 * refusals.
 */
function addCounters(
  hits: readonly Hits[],
  { number, counted, chosen }: CountedPool,
): {
  readonly catchments: number[];
  readonly chosen: number;
  readonly addresses: number[];
  readonly refused: number;
} {
  const sums: number[] = [];
  for (const worker of hits) {
    for (const [i, answers] of hitsOf(worker, number).entries()) sums[i] = (sums[i] ?? 0) + answers;
  }
  const addresses = sums.slice(counted, -1);
  const toChosen = hits.map((worker) => addChosen(chosen, worker, addresses));
  const refused = (sums.at(-1) ?? 0) + total(hits.map((worker) => refusedByChosen(chosen, worker)));
  return { catchments: sums.slice(0, counted), chosen: total(toChosen), addresses, refused };
}

/** The addresses of a pool as texts; equal addresses have equal texts. */
function addressKeys({ addresses, addressLength }: Countable): string[] {
  const octets = Buffer.from(addresses.buffer, addresses.byteOffset, addresses.byteLength).toString('latin1');
  return Array.from({ length: octets.length / addressLength }, (_, i) =>
    octets.slice(i * addressLength, (i + 1) * addressLength),
  );
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
