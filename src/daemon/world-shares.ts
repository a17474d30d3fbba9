/**
 * What is known of how the world is shared: for each mirror with a limit, the part of its pool's traffic that it is to have,
 * and the factor for that. Kept by name, so that the next world begins with what this one had.
 */
import { type PoolName, poolKey } from '../answer/table.js';
import type { WorldShareReport } from '../control/mirror-report.js';

export type NamedShare = readonly [pool: PoolName, mirror: string, share: WorldShareReport];

export interface WorldShares {
  /** Undefined if nothing is known, or if the mirror's pool has no limits. */
  of(pool: PoolName, mirror: string): WorldShareReport | undefined;
  /** Replaces all shares. Returns the mirrors, by `zone/name`, whose factor has changed. */
  set(all: Iterable<NamedShare>): ReadonlySet<string>;
}

/** Starts empty. */
export function createWorldShares(): WorldShares {
  let shares: ReadonlyMap<string, WorldShareReport> = new Map();
  const keyOf = (pool: PoolName, mirror: string): string => `${poolKey(pool)} ${mirror}`;
  return {
    of: (pool, mirror) => shares.get(keyOf(pool, mirror)),
    set(all) {
      const before = shares;
      const next = new Map<string, WorldShareReport>();
      const changed = new Set<string>();
      for (const [pool, mirror, share] of all) {
        const key = keyOf(pool, mirror);
        next.set(key, share);
        if (before.get(key)?.factor !== share.factor) changed.add(`${pool.zone}/${mirror}`);
      }
      shares = next;
      return changed;
    },
  };
}
