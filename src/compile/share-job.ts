/**
 * The factors of all pools that share the world, and how many clients each catchment has. It reads a database and works out
 * many rows, so a server runs it in a thread of its own.
 */
import type { LocationMap } from '../answer/table.js';
import { readMmdb } from '../geo/mmdb-file.js';
import { readCountries } from '../geo/place-trees.js';
import { isSubdivision } from '../platform/countries.js';
import { catchmentWeights, partsOfCatchments, type WorldWeights } from './map/catchment-weights.js';
import { type ShareFactors, shareWorld, type WorldQuestion } from './world-shares.js';

export interface ShareJob {
  readonly pools: readonly SharingPool[];
  /** The path of the database of locations. */
  readonly database: string;
  /** Absent: clients are weighted by addresses. */
  readonly world?: WorldWeights;
}

/** A pool that shares the world, in its current state. */
export interface SharingPool extends Omit<WorldQuestion, 'clients'> {
  readonly table: LocationMap;
  /** The number of its geography. */
  readonly geography: number;
  /** By catchment; absent if that has not been worked out yet. */
  readonly clients?: Float64Array;
}

export interface SharedPools {
  /** By pool, in the order given. */
  readonly shares: readonly ShareFactors[];
  /** By geography: each catchment's part of all clients. */
  readonly clients: ReadonlyMap<number, Float64Array>;
}

/** Throws DATABASE_INVALID. */
export function runShareJob({ pools, database, world }: ShareJob): SharedPools {
  const clients = new Map<number, Float64Array>();
  for (const { geography, clients: known } of pools) if (known !== undefined) clients.set(geography, known);
  const left = pools.filter(({ geography }) => !clients.has(geography));
  const countries = left.length === 0 ? undefined : readCountries(readMmdb(database), subdivisionsOf(world));
  return {
    clients,
    shares: pools.map(({ table, geography, ...question }) => {
      const { catchments } = question.rules;
      const weighed =
        clients.get(geography) ??
        catchmentWeights(
          countries === undefined ? [] : partsOfCatchments({ table }, countries),
          { catchments },
          world,
        );
      clients.set(geography, weighed);
      return shareWorld({ ...question, clients: weighed });
    }),
  };
}

function subdivisionsOf(world: WorldWeights = new Map()): string[] {
  return [...world.keys()].filter(isSubdivision);
}
