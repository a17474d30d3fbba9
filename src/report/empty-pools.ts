/**
 * Pools of which nobody can be answered: they have addresses, and each of them is off, by an operator or by its weight. No
 * probe can make up for that, and no panic: an operator's word holds in it.
 */
import type { PoolReport } from '../control/mirror-report.js';
import { FAMILIES, type Family } from '../platform/types.js';

/** The families of a pool where that is so. One that may be empty has none. */
export function emptyFamilies({ mirrors, may_be_empty }: PoolReport): readonly Family[] {
  if (may_be_empty === true) return [];
  return FAMILIES.filter((family) => {
    const own = mirrors.filter((mirror) => mirror.family === family);
    return own.length > 0 && !own.some(({ enabled }) => enabled);
  });
}

export const EMPTY = 'all of its addresses are disabled or have weight 0, so nobody is answered';
