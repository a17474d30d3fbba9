/**
 * Finds the catchments of a batch's clients if pools share strides (strides.ts). Each step is taken for the whole batch
 * before the next one, so that the batch waits for memory once per step.
 */
import { MAX_LEAF } from '../ip/prefix-tree.js';
import { depthOf, foundAt, locateNumber, touchIPv4 } from './locate.js';
import { locationAt, type PoolIndex, poolCells, poolScopes, recordOf } from './pool-index.js';
import type { Prefetched } from './prefetched.js';
import type { StridedMaps } from './strided-maps.js';
import { firstStride, secondStride, touchBlock } from './strides.js';
import { SCOPE_BITS } from './table.js';

/** Some pools may have other maps. For those, and for messages of no pool, arbitrary words are read and ignored. */
export function findByStrides(
  count: number,
  prefetched: Prefetched,
  index: PoolIndex,
  { strides, scopes, cells }: StridedMaps,
): void {
  const { pools, addresses, located, words, depths } = prefetched;
  const { records } = index;
  let seen = 0;
  for (let i = 0; i < count; i++) {
    const address = addresses[i] ?? 0;
    const pool = pools[i] ?? -1;
    const at = poolScopes(records, recordOf(Math.max(0, pool)));
    depths[i] = scopes[Math.max(0, at) + (address >>> (32 - SCOPE_BITS))] ?? 0;
    words[i] = firstStride(strides, address);
    if (at < 0) {
      const location = pool < 0 ? undefined : locationAt(index, recordOf(pool));
      if (location !== undefined) seen ^= touchIPv4(location, address);
    }
  }
  for (let i = 0; i < count; i++) seen ^= touchBlock(strides, words[i] ?? 0);
  for (let i = 0; i < count; i++) words[i] = secondStride(strides, words[i] ?? 0, addresses[i] ?? 0);
  for (let i = 0; i < count; i++) {
    const at = poolCells(records, recordOf(Math.max(0, pools[i] ?? -1)));
    const word = words[i] ?? 0;
    located[i] = cells[Math.max(0, at) + (word & (word >> 31) & MAX_LEAF)] ?? 0;
  }
  for (let i = 0; i < count; i++) {
    const pool = pools[i] ?? -1;
    if (pool < 0) continue;
    const record = recordOf(pool);
    const word = words[i] ?? 0;
    if (word < 0 && poolCells(records, record) >= 0) {
      const scope = depths[i] ?? 0;
      located[i] = foundAt(located[i] ?? 0, scope === 0 ? depthOf(word) : scope);
      continue;
    }
    const location = locationAt(index, record);
    if (location !== undefined) located[i] = locateNumber(location, addresses[i] ?? 0);
  }
  prefetched.seen = seen;
}
