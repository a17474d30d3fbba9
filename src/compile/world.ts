/**
 * A world: the zones as their files have them now, over the databases as they are now, worked out as far as that goes
 * without health. Everything in it is built anew from files, so that a reload is the same as a start.
 */
import { GeopoolError } from '../errors.js';
import { FAMILIES, type Family, type Location } from '../facts.js';
import { type Database, databaseOf } from '../geo/database.js';
import { chooseSources, describeSource, type GeoDescription, type GeoSources } from '../geo/geo-sources.js';
import { placeMirror } from '../geo/mirror-place.js';
import { readMmdb } from '../geo/mmdb-file.js';
import { scanAsns } from '../geo/scan.js';
import type { Fault } from '../zone/faults.js';
import type { Mirror, Zone } from '../zone/model.js';
import { keepGood, type LoadedZone, loadZoneDirectory, type ZoneFiles } from '../zone/zone-files.js';
import { compileGeographies, type Databases, type Geography } from './geography.js';
import { usesGrid } from './grid.js';
import { layOutNames, type NameLayout } from './name-table.js';
import { type GeographyPlan, type Plans, type PoolPlan, planPools } from './pool-plan.js';
import { prepareZone } from './zone-answers.js';

export interface WorldRequest {
  readonly zones: string;
  /** Where good copies of zone files are kept; absent: nothing is kept and nothing used instead of a wrong file. */
  readonly keep?: string;
  /** What is served now of each file: a wrong one stays as it is. */
  readonly remember?: readonly { readonly file: string; readonly text: string }[];
  readonly geo: GeoRequest;
}

export interface GeoRequest {
  readonly city?: string;
  readonly asn?: string;
  /** Where the updater puts databases. */
  readonly directory: string;
}

export interface World {
  readonly zones: readonly LoadedZone[];
  readonly refused: readonly { readonly file: string; readonly faults: readonly Fault[] }[];
  /** Where each zone's mirrors are, in the zone's order. */
  readonly places: readonly (readonly Location[])[];
  readonly names: NameLayout;
  readonly pools: readonly PoolPlan[];
  readonly geo: readonly GeoDescription[];
  readonly sources: GeoSources;
  /** Whether so many geographies are served that clients are located on the grid. */
  readonly grid: boolean;
  /** Why good copies could not be kept. */
  readonly keepProblem?: string;
}

/** The world and, apart, what only the dealer needs. Throws ZONE_INVALID where there is no zone at all to serve. */
export function buildWorld(request: WorldRequest): { world: World; geographies: readonly Geography[] } {
  const files = loadZoneDirectory({
    directory: request.zones,
    ...(request.keep !== undefined && { keep: request.keep }),
    ...(request.remember !== undefined && { remember: request.remember }),
  });
  const built = withDatabases(request.geo, files.loaded, (databases) => {
    const { world, plans } = planWorld(files, databases);
    return { world, geographies: compileGeographies(plans, databases) };
  });
  const keepProblem = keep(request, files.loaded);
  return keepProblem === undefined ? built : { ...built, world: { ...built.world, keepProblem } };
}

/** The world of some zone files without its geographies, for those who want to know about one client only. */
export function sketchWorld(request: WorldRequest): World {
  const files = loadZoneDirectory({ directory: request.zones });
  return withDatabases(request.geo, files.loaded, (databases) => planWorld(files, databases).world);
}

interface OpenDatabases extends Databases {
  readonly sources: GeoSources;
  readonly lookup: Database;
}

function planWorld(
  { loaded, refused }: ZoneFiles,
  { sources, lookup }: OpenDatabases,
): { world: World; plans: readonly GeographyPlan[] } {
  const zones = loaded.map(({ zone }) => zone);
  const places = zones.map(({ mirrors }) =>
    mirrors.map(
      ({ location, addresses }) =>
        placeMirror(location, addresses, (address) => lookup.locate(address).location).location,
    ),
  );
  const { pools, geographies: plans } = planZones(zones, places);
  const names = layOutZones(zones, pools);
  const geo = [sources.location, ...(sources.asn === undefined ? [] : [sources.asn])].map(describeSource);
  return {
    world: { zones: loaded, refused, places, names, pools, geo, sources, grid: usesGrid(plans.length) },
    plans,
  };
}

function planZones(zones: readonly Zone[], places: readonly (readonly Location[])[]): Plans {
  const placed = new Map<Mirror, Location>();
  for (const [i, zone] of zones.entries()) {
    for (const [j, mirror] of zone.mirrors.entries()) placed.set(mirror, places[i]?.[j] ?? {});
  }
  return planPools(zones, (_zone, mirror) => placed.get(mirror) ?? {});
}

/** What all names of the zones answer; `pools` are all their pools, by number. */
export function layOutZones(zones: readonly Zone[], pools: readonly PoolPlan[]): NameLayout {
  const numbers = new Map(pools.map((pool, number) => [poolKey(pool), number]));
  const prepared = zones.map((zone) => {
    const families = (owner: string): Family[] =>
      FAMILIES.filter((family) => numbers.has(poolKey({ zone: zone.name, owner, family })));
    const cuts = zones.map(({ name }) => name).filter((name) => name.endsWith(`.${zone.name}`));
    return prepareZone(zone, families, cuts);
  });
  return layOutNames(prepared, (pool) => numbers.get(poolKey(pool)) ?? -1);
}

/** Owner names alone would not do: a zone may have a pool where another zone inside it has one. */
function poolKey({ zone, owner, family }: Pick<PoolPlan, 'zone' | 'owner' | 'family'>): string {
  return `${family} ${zone} ${owner}`;
}

/**
 * Does `work` with the best databases that there are. One may open and be damaged all the same: then it is done again with
 * the next best, and the problem is said.
 */
function withDatabases<T>(
  geo: GeoRequest,
  zones: readonly LoadedZone[],
  work: (databases: OpenDatabases) => T,
): T {
  const refused = new Map<string, string>();
  for (;;) {
    const sources = chooseSources({
      configured: { city: geo.city, asn: geo.asn },
      directory: geo.directory,
      refused,
    });
    let reading = sources.asn?.path;
    try {
      const asns = sources.asn === undefined ? undefined : scanAsns(sources.asn.path, asnsNamed(zones));
      reading = sources.location.path;
      const locations = readMmdb(sources.location.path);
      return work({ sources, locations, lookup: databaseOf(locations), ...(asns !== undefined && { asns }) });
    } catch (error) {
      if (!(error instanceof GeopoolError) || error.code !== 'DATABASE_INVALID') throw error;
      const embedded = reading === sources.location.path && sources.location.source === 'embedded';
      if (reading === undefined || embedded) throw error;
      refused.set(reading, error.message);
    }
  }
}

function asnsNamed(zones: readonly LoadedZone[]): Set<number> {
  return new Set(zones.flatMap(({ zone }) => zone.mirrors.flatMap(({ asn }) => asn)));
}

function keep({ keep: directory }: WorldRequest, loaded: readonly LoadedZone[]): string | undefined {
  if (directory === undefined) return undefined;
  try {
    keepGood(directory, loaded);
    return undefined;
  } catch (error) {
    if (error instanceof GeopoolError) return error.message;
    throw error;
  }
}
