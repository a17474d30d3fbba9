/**
 * Pools that have addresses, all of them off because of an override or their weight, so that no client gets one. Neither a
 * probe nor a panic can change that: overrides apply even in a panic.
 */
import type { PoolReport } from '../control/mirror-report.js';
import { FAMILIES, type Family } from '../platform/types.js';

/** The families in which a pool is empty. A pool that may be empty has none. */
export function emptyFamilies({ mirrors, may_be_empty }: PoolReport): readonly Family[] {
  if (may_be_empty === true) return [];
  return FAMILIES.filter((family) => {
    const own = mirrors.filter((mirror) => mirror.family === family);
    return own.length > 0 && !own.some(({ enabled }) => enabled);
  });
}

export const EMPTY = 'all of its addresses are disabled or have weight 0, so nobody is answered';
