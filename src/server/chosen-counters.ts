/**
 * What is counted of pools that users choose, which is counted with the pool that they are chosen from: whoever looks at a
 * mirror's load wants all of it. There may be thousands of them, so that which counter is whose is found once for a table,
 * and adding them up only goes along.
 */
import type { Countable, Hits } from '../answer/tally.js';

/** Where a worker counts answers of one chosen pool. */
export interface ChosenCounters {
  /** Its number. */
  readonly pool: number;
  /** How many counters are before those of its addresses. */
  readonly counted: number;
  /** By its addresses, which of the pool's that it is chosen from they are. */
  readonly addresses: Int32Array;
}

/** Pools, and the texts of their addresses, equal where those are. */
export type KeyedPool = Countable & { readonly keys: readonly string[] };

/** By pool, the counters of those that are chosen from it. */
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

/** Adds what a worker counted of chosen pools to the sums of the addresses of theirs; gives how many answers it was. */
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

/** What a worker counted of refusals by chosen pools: the last counter of each. */
export function refusedByChosen(chosen: readonly ChosenCounters[], { block, starts }: Hits): number {
  return chosen.reduce((sum, { pool }) => sum + (block[(starts[pool + 1] ?? 0) - 1] ?? 0), 0);
}
