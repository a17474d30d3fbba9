/**
 * What is known of how the world is shared: of each mirror with a limit, what part of its pool's traffic it is to have, and by
 * which factor. It is kept by name, so that another world begins with what the one before it had.
 */
import type { PoolName } from '../answer/table.js';
import type { WorldShareReport } from '../control/mirror-report.js';
import { poolKey } from './target-index.js';

export type NamedShare = readonly [pool: PoolName, mirror: string, share: WorldShareReport];

export interface WorldShares {
  /** Undefined where nothing is known, or the mirror has no limit and no part in it. */
  of(pool: PoolName, mirror: string): WorldShareReport | undefined;
  /** All that is known from now on; gives the mirrors, by `zone/name`, that have another factor than before. */
  set(all: Iterable<NamedShare>): ReadonlySet<string>;
}

/** Nothing is known yet. */
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
