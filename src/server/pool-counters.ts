/**
 * The counters of pools: those of the table that is answered from, by catchment, and what was counted in tables before it,
 * which numbered catchments otherwise.
 */
import type { PoolName } from '../answer/table.js';
import { type Countable, type Hits, hitsOf } from '../answer/tally.js';
import {
  addChosen,
  type ChosenCounters,
  chosenCounters,
  type KeyedPool,
  refusedByChosen,
} from './chosen-counters.js';
import type { PoolSum } from './sums.js';

/** What is counted of one table, and where. */
export interface Counting {
  /** Those of the files. */
  readonly pools: readonly CountedPool[];
  /** By worker. */
  readonly hits: readonly Hits[];
}

/** With its addresses as texts, since the table's memory is for another one once everybody has left it. */
export interface CountedPool extends KeyedPool {
  /** Among all of the table. */
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

/** Answers and refusals by the key of a pool's name; of those answers, the ones to names that users chose, and the ones with each address. */
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
    const key = keyOf(pool.name);
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

/** What was counted of a pool that is answered from, what was `before` included. */
export function sumPool(before: Totals, hits: readonly Hits[], pool: CountedPool): PoolSum {
  const earlier = before.get(keyOf(pool.name));
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

/** What all workers counted for each catchment and each address of one pool, for names that users chose, and of refusals. */
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

/** The addresses of a pool as texts, equal where they are. */
function addressKeys({ addresses, addressLength }: Countable): string[] {
  const octets = Buffer.from(addresses.buffer, addresses.byteOffset, addresses.byteLength).toString('latin1');
  return Array.from({ length: octets.length / addressLength }, (_, i) =>
    octets.slice(i * addressLength, (i + 1) * addressLength),
  );
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

export function keyOf({ zone, owner, family }: PoolName): string {
  return `${family} ${zone} ${owner}`;
}
