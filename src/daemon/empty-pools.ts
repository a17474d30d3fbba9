/**
 * Logs when a reload or an override leaves a pool without any mirror to answer with, and when that is over. The operator
 * may intend this and is told once. The log then shows why clients find nothing.
 */
import { type PoolName, poolKey } from '../answer/table.js';
import type { World } from '../compile/world.js';
import type { Log } from '../platform/log.js';
import { FAMILIES } from '../platform/types.js';
import { EMPTY } from '../report/empty-pools.js';

export interface EmptyPoolLog {
  /** The mirrors in answers may have changed in `world`; `isAnswered` tells whether a pool has any. */
  look(world: World, isAnswered: (pool: number) => boolean): void;
}

/** A pool in a family; without a number, no mirror in it has a weight above 0. */
type MeantPool = PoolName & { readonly number?: number };

export function createEmptyPoolLog(log: Log): EmptyPoolLog {
  let seen: World | undefined;
  let meant: ReadonlyMap<string, MeantPool> = new Map();
  let empty: ReadonlySet<string> = new Set();
  return {
    look(world, isAnswered) {
      if (world !== seen) meant = meantPools(world);
      seen = world;
      const before = empty;
      empty = new Set(
        [...meant].flatMap(([key, { number }]) => (number !== undefined && isAnswered(number) ? [] : [key])),
      );
      for (const [key, { zone, owner, family }] of meant) {
        const pool = { zone, pool: owner, family };
        if (empty.has(key) && !before.has(key))
          log.error({ event: 'pool-empty', ...pool }, `${owner} (${family}): ${EMPTY}`);
        if (before.has(key) && !empty.has(key))
          log.info({ event: 'pool-empty-over', ...pool }, `${owner} (${family}): mirrors are answered again`);
      }
    },
  };
}

/** The pools of files that should have mirrors, in each family that their members have addresses of. */
function meantPools(world: World): ReadonlyMap<string, MeantPool> {
  const numbers = new Map(world.pools.map((pool, number) => [poolKey(pool), number]));
  return new Map(
    world.zones.flatMap(({ zone }) =>
      zone.pools.flatMap(({ owner, members, mayBeEmpty }) =>
        FAMILIES.flatMap((family): [string, MeantPool][] => {
          const isSeated = members.some(({ mirror }) =>
            zone.mirrors[mirror]?.addresses.some((address) => address.family === family),
          );
          if (mayBeEmpty || !isSeated) return [];
          const name = { zone: zone.name, owner, family };
          const key = poolKey(name);
          const number = numbers.get(key);
          return [[key, { ...name, ...(number !== undefined && { number }) }]];
        }),
      ),
    ),
  );
}
