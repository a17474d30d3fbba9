/**
 * Counters of chosen pools: pools that users choose from another one. They are counted with the pool that they are chosen
 * from, since an operator who looks at a mirror's load wants all of it. There may be thousands of them, so which counter
 * belongs to which is worked out once for each table, and adding them up is one pass.
 */
import type { Countable, Hits } from '../answer/tally.js';

/** The counters in which a worker counts answers of one chosen pool. */
export interface ChosenCounters {
  /** The pool's number. */
  readonly pool: number;
  /** How many counters come before those of its addresses. */
  readonly counted: number;
  /** For each of its addresses, the index of the same address in the pool that it is chosen from, or -1. */
  readonly addresses: Int32Array;
}

/** A pool with its addresses as texts: equal addresses have equal texts. */
export type KeyedPool = Countable & { readonly keys: readonly string[] };

/** For each pool, by number, the counters of the pools chosen from it. */
export function chosenCounters(pools: readonly KeyedPool[]): ReadonlyMap<number, readonly ChosenCounters[]> {
  const numbers = new Map(
    pools.map(({ name }, number) => [`${name.family} ${name.zone} ${name.owner}`, number]),
  );
  const placesOf = new Map<number, ReadonlyMap<string, number>>();
  const chosen = new Map<number, ChosenCounters[]>();
  for (const [pool, { name, counted, keys }] of pools.entries()) {
    const from = numbers.get(`${name.family} ${name.zone} ${name.chosenFrom}`);
    if (name.chosenFrom === undefined || from === undefined) continue;
    const places = placesOf.get(from) ?? new Map(pools[from]?.keys.map((key, place) => [key, place]));
    placesOf.set(from, places);
    const counters = { pool, counted, addresses: Int32Array.from(keys, (key) => places.get(key) ?? -1) };
    const known = chosen.get(from);
    if (known === undefined) chosen.set(from, [counters]);
    else known.push(counters);
  }
  return chosen;
}

/**
 * Adds what a worker counted for each address of chosen pools to the sums of the pool that they are chosen from. Returns the
 * number of answers.
 */
export function addChosen(
  chosen: readonly ChosenCounters[],
  { block, starts }: Hits,
  sums: number[],
): number {
  let answers = 0;
  for (const { pool, counted, addresses } of chosen) {
    let at = starts[pool] ?? 0;
    for (const end = at + counted; at < end; at++) answers += block[at] ?? 0;
    for (let i = 0; i < addresses.length; i++, at++) {
      const place = addresses[i] ?? -1;
      if (place >= 0) sums[place] = (sums[place] ?? 0) + (block[at] ?? 0);
    }
  }
  return answers;
}

/** What a worker counted of refusals by chosen pools: the last counter of each pool. */
export function refusedByChosen(chosen: readonly ChosenCounters[], { block, starts }: Hits): number {
  return chosen.reduce((sum, { pool }) => sum + (block[(starts[pool + 1] ?? 0) - 1] ?? 0), 0);
}
