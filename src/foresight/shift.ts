/**
 * How much of each pool's downloads another database would move: the same zones over both databases, with all mirrors up.
 */
import { poolKey } from '../answer/table.js';
import type { WorldWeights } from '../compile/map/catchment-weights.js';
import { poolsOfFiles } from '../compile/pool-plan.js';
import { buildWorld, type WorldRequest } from '../compile/world.js';
import { readMmdb } from '../geo/mmdb-file.js';
import { readCountries } from '../geo/place-trees.js';
import { GeopoolError } from '../platform/errors.js';
import type { Family } from '../platform/types.js';
import { clientsByCountry } from './clients.js';
import { movedShare, movesBetween } from './moves.js';
import { type SimulatedPool, simulate } from './simulation.js';

export interface ShiftQuestion {
  readonly zones: string;
  readonly hosts: WorldRequest['hosts'];
  readonly mapMemory: number;
  /** The weights of countries; absent: their addresses. */
  readonly world?: WorldWeights;
  readonly before: Databases;
  readonly after: Databases;
}

/** Paths of the files. */
interface Databases {
  readonly city?: string;
  readonly asn?: string;
}

export interface PoolShift {
  readonly zone: string;
  /** The owner name. */
  readonly pool: string;
  readonly family: Family;
  /** 0 to 1. */
  readonly moved: number;
}

/**
 * The moved part of each pool, the largest first. Throws ZONE_INVALID if no zone file is valid, and DATABASE_INVALID if one
 * of the two databases to compare can't be used: another in its place would move much, and the message would be false.
 */
export function shiftBetween({ before, after, ...rest }: ShiftQuestion): PoolShift[] {
  // Paired by name: the zone files are read twice, and may change in between.
  const old = new Map(simulated(before, after, rest).map((pool) => [poolKey(pool), pool]));
  return simulated(after, before, rest)
    .flatMap((pool): PoolShift[] => {
      const was = old.get(poolKey(pool));
      if (was === undefined) return [];
      const { zone, owner, family } = pool;
      return [{ zone, pool: owner, family, moved: movedShare(movesBetween(was, pool)) }];
    })
    .sort((a, b) => b.moved - a.moved);
}

/** `others` are those that these databases are compared with. */
function simulated(
  databases: Databases,
  others: Databases,
  { zones, hosts, mapMemory, world }: Omit<ShiftQuestion, 'before' | 'after'>,
): SimulatedPool[] {
  // No directory of fetched databases: only these two may be used.
  const built = buildWorld({
    zones,
    ...(hosts && { hosts }),
    geo: { ...databases, directory: '', mapMemory },
  });
  const { pools, sources } = built.world;
  for (const [number, path] of sources.passedOver.entries()) {
    const isCompared = ![others.city, others.asn].includes(path);
    if (isCompared) throw new GeopoolError('DATABASE_INVALID', sources.problems[number] ?? path);
  }
  const clients = clientsByCountry(readCountries(readMmdb(sources.location.path)), world);
  return simulate(built, poolsOfFiles(pools), {
    availability: (pool) => ({
      panic: false,
      states: (pools[pool]?.members ?? []).flatMap(({ addresses }) => addresses.map(() => 'up' as const)),
    }),
    clients: (_plan, geography) => clients(geography),
    withoutLimit: false,
    now: 0,
  });
}
