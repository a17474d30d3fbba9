/** Catchments without clients, for tests of what follows from them. */
import type { Catchments } from '../../../src/answer/catchments.js';
import { createCatchmentStore } from '../../../src/compile/map/catchment-store.js';
import type { Band } from '../../../src/select/band-list.js';

/** These catchments as they are stored, equal ones as often as they are there. */
export function catchmentsOf(lists: readonly (readonly Band[])[]): Catchments {
  const candidates = 1 + Math.max(-1, ...lists.flat().flatMap(({ members }) => [...members]));
  const each = lists.map((bands) => {
    const store = createCatchmentStore(candidates);
    const inBands = bands.flatMap(({ members }) => [...members]);
    const others = Array.from({ length: candidates }, (_, i) => i).filter((i) => !inBands.includes(i));
    store.add({
      tiers: bands.map(({ tier }) => tier),
      sizes: bands.map(({ members }) => members.length),
      members: Uint32Array.from([...inBands, ...others]),
    });
    return [...store.all().words];
  });
  const starts = [0];
  for (const { length } of each) starts.push((starts.at(-1) ?? 0) + length);
  return { candidates, starts: Uint32Array.from(starts), words: Uint32Array.from(each.flat()) };
}
