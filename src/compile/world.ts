/**
 * A world: the zones as their files have them now, over the databases as they are now, worked out as far as that goes
 * without health. Everything in it is built anew from files, so that a reload is the same as a start.
 */
import { describeError, GeopoolError } from '../errors.js';
import { FAMILIES, type Family, type Location } from '../facts.js';
import { type Database, databaseOf } from '../geo/database.js';
import { chooseSources, describeSource, type GeoDescription, type GeoSources } from '../geo/geo-sources.js';
import { placeMirror } from '../geo/mirror-place.js';
import { readMmdb } from '../geo/mmdb-file.js';
import { scanAsns } from '../geo/scan.js';
import { formatFault } from '../zone/faults.js';
import { keepGood } from '../zone/good-copies.js';
import { type HostAddresses, withAddresses } from '../zone/hostnames.js';
import type { Mirror, Zone } from '../zone/model.js';
import { type LoadedZone, loadZoneDirectory, type RefusedFile, type ZoneFiles } from '../zone/zone-files.js';
import { compileGeographies, type Geography, octetsOfExact, whichOnGrid } from './geography.js';
import { openMapCache } from './map-cache.js';
import { layOutNames, type NameLayout } from './name-table.js';
import { packMaps } from './packed-maps.js';
import { type GeographyPlan, type Plans, type PoolPlan, planPools } from './pool-plan.js';
import type { Databases } from './reading.js';
import { prepareZone, unservedZone } from './zone-answers.js';

export interface WorldRequest {
  readonly zones: string;
  /** Where good copies of zone files are kept; absent: nothing is kept and nothing used instead of a wrong file. */
  readonly keep?: string;
  /** Where maps are kept that were worked out before; absent: all are worked out. */
  readonly maps?: string;
  /** What is served now of each file: a wrong one stays as it is. */
  readonly remember?: readonly { readonly file: string; readonly text: string }[];
  readonly geo: GeoRequest;
  /** The addresses of mirrors that are known by name; absent: nothing is known. */
  readonly hosts?: HostAddresses;
}

export interface GeoRequest {
  readonly city?: string;
  readonly asn?: string;
  /** Where the updater puts databases. */
  readonly directory: string;
  /** Where the last good copies of databases are kept; absent: none serves. */
  readonly lastGood?: string;
  /** The editions that it fetches. */
  readonly editions?: readonly string[];
  /** What serves now. */
  readonly known?: GeoSources;
  /** Octets that exact maps may take together. */
  readonly mapMemory: number;
}

export interface World {
  readonly zones: readonly LoadedZone[];
  readonly refused: readonly RefusedFile[];
  /** Where each zone's mirrors are, in the zone's order. */
  readonly places: readonly (readonly Location[])[];
  readonly names: NameLayout;
  readonly pools: readonly PoolPlan[];
  readonly geo: readonly GeoDescription[];
  readonly sources: GeoSources;
  /** How its geographies are mapped. */
  readonly maps: WorldMaps;
  /** Why good copies could not be kept. */
  readonly keepProblem?: string;
}

export interface WorldMaps {
  /** Octets that exact maps may take together, and that they take. */
  readonly memory: number;
  readonly octets: number;
  /** By geography: whether its clients are located on the grid. */
  readonly onGrid: readonly boolean[];
}

/** A world, and what its tables are laid out from. */
export interface BuiltWorld {
  readonly world: World;
  readonly geographies: readonly Geography[];
  /** Keeps what was worked out for the next start. For when there is time: it writes megabytes. Throws the system's error. */
  readonly remember: () => void;
}

/** Builds a world. Throws ZONE_INVALID where there is no zone at all to serve, with a line for each fault. */
export function buildWorld(request: WorldRequest): BuiltWorld {
  const read = loadZoneDirectory({
    directory: request.zones,
    ...(request.keep !== undefined && { keep: request.keep }),
    ...(request.remember !== undefined && { remember: request.remember }),
  });
  if (read.loaded.length === 0) {
    const details = read.refused.flatMap(({ faults }) => faults.map(formatFault));
    const message = 'all zone files are wrong, and there is no good copy of any to serve';
    throw new GeopoolError('ZONE_INVALID', message, { details });
  }
  const files = withHosts(read, request.hosts);
  const built = withDatabases(request.geo, files.loaded, (databases) => {
    const { world, plans } = planWorld(files, databases);
    const built = compileOrRecall(plans, databases, request);
    const maps: WorldMaps = {
      memory: request.geo.mapMemory,
      octets: octetsOfExact(built.geographies),
      onGrid: built.geographies.map(({ isOnGrid }) => isOnGrid),
    };
    return { ...built, world: { ...world, maps } };
  });
  const keepProblem = keep(request, files);
  return keepProblem === undefined ? built : { ...built, world: { ...built.world, keepProblem } };
}

function withHosts(files: ZoneFiles, hosts: HostAddresses = new Map()): ZoneFiles {
  const loaded = files.loaded.map((one) => ({ ...one, zone: withAddresses(one.zone, hosts) }));
  return { ...files, loaded };
}

function compileOrRecall(
  plans: readonly GeographyPlan[],
  databases: OpenDatabases,
  { maps, geo: { mapMemory } }: WorldRequest,
): Omit<BuiltWorld, 'world'> {
  const cache = maps === undefined ? undefined : openMapCache(maps, databases.sources, plans, mapMemory);
  const recalled = cache?.load();
  if (recalled !== undefined) return { geographies: recalled, remember: () => undefined };
  const packed = packMaps(compileGeographies(plans, databases.open(), mapMemory));
  return { geographies: packed.geographies, remember: () => cache?.save(packed) };
}

/** The world of some zone files without its geographies, for those who want to know about one client only. */
export function sketchWorld(request: WorldRequest): World {
  const files = withHosts(loadZoneDirectory({ directory: request.zones }), request.hosts);
  const memory = request.geo.mapMemory;
  return withDatabases(request.geo, files.loaded, (databases) => {
    const { world, plans } = planWorld(files, databases);
    return { ...world, maps: { memory, octets: 0, onGrid: whichOnGrid(plans, databases.open(), memory) } };
  });
}

/** The databases that were chosen; each is read when it is first asked for. */
interface OpenDatabases {
  readonly sources: GeoSources;
  readonly open: () => Databases;
  readonly lookup: () => Database;
}

function planWorld(
  { loaded, refused }: ZoneFiles,
  { sources, lookup }: OpenDatabases,
): { world: Omit<World, 'maps'>; plans: readonly GeographyPlan[] } {
  const zones = loaded.map(({ zone }) => zone);
  const places = zones.map(({ mirrors }) =>
    mirrors.map(
      ({ location, addresses }) =>
        placeMirror(location, addresses, (address) => lookup().locate(address).location).location,
    ),
  );
  const { pools, geographies: plans } = planZones(zones, places);
  const unserved = new Set(refused.flatMap(({ zone }) => zone ?? []));
  const names = layOutZones(zones, pools, [...unserved]);
  const geo = [sources.location, ...(sources.asn === undefined ? [] : [sources.asn])].map(describeSource);
  return {
    world: { zones: loaded, refused, places, names, pools, geo, sources },
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

/**
 * What all names of the zones answer, and of those of which no more than the name is known. `pools` are all the zones'
 * pools, by number.
 */
export function layOutZones(
  zones: readonly Zone[],
  pools: readonly PoolPlan[],
  unserved: readonly string[] = [],
): NameLayout {
  const numbers = new Map(pools.map((pool, number) => [poolKey(pool), number]));
  const apexes = [...zones.map(({ name }) => name), ...unserved];
  const prepared = zones.map((zone) => {
    const families = (owner: string): Family[] =>
      FAMILIES.filter((family) => numbers.has(poolKey({ zone: zone.name, owner, family })));
    const cuts = apexes.filter((name) => name.endsWith(`.${zone.name}`));
    return prepareZone(zone, families, cuts, outerZone(zone, zones));
  });
  return layOutNames(
    [...prepared, ...unserved.map(unservedZone)],
    (pool) => numbers.get(poolKey(pool)) ?? -1,
  );
}

/** The innermost of the zones that a zone is inside of. */
function outerZone({ name }: Zone, zones: readonly Zone[]): Zone | undefined {
  const outer = zones.filter((zone) => name.endsWith(`.${zone.name}`));
  return outer.sort((a, b) => b.name.length - a.name.length)[0];
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
    const sources = chooseSources({ ...geo, configured: geo, refused });
    const { location, asn } = sources;
    let reading = location.path;
    const locations = once(() => readMmdb(location.path));
    const lookup = once(() => databaseOf(locations()));
    const open = (): Databases => {
      if (asn === undefined) return { locations: locations() };
      reading = asn.path;
      const asns = scanAsns(asn.path, asnsNamed(zones));
      reading = location.path;
      return { locations: locations(), asns };
    };
    try {
      return work({ sources, open, lookup });
    } catch (error) {
      if (!(error instanceof GeopoolError) || error.code !== 'DATABASE_INVALID') throw error;
      if (reading === location.path && location.source === 'embedded') throw error;
      refused.set(reading, error.message);
    }
  }
}

/** `make`, done when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function asnsNamed(zones: readonly LoadedZone[]): Set<number> {
  return new Set(zones.flatMap(({ zone }) => zone.mirrors.flatMap(({ asn }) => asn)));
}

function keep({ keep: directory }: WorldRequest, files: ZoneFiles): string | undefined {
  if (directory === undefined) return undefined;
  try {
    keepGood(directory, files);
    return undefined;
  } catch (error) {
    return describeError(error);
  }
}
