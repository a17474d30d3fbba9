/**
 * A world: the zones as their files have them now, over the databases as they are now, worked out as far as possible without
 * health. Everything in it is built from files each time, so a reload is the same as a start.
 */
import type { Reflection } from '../answer/table.js';
import type { ZoneKeys } from '../dnssec/keys.js';
import type { GeoDescription, GeoSources } from '../geo/geo-sources.js';
import { placeMirror } from '../geo/mirror-place.js';
import { describeError, GeopoolError } from '../platform/errors.js';
import type { Location } from '../platform/types.js';
import { withKeys } from '../zone/dnssec-key-file.js';
import { formatFault } from '../zone/faults.js';
import { keepGood } from '../zone/good-copies.js';
import { type HostAddresses, withAddresses } from '../zone/hostnames.js';
import type { Mirror, Zone } from '../zone/model.js';
import { type LoadedZone, loadZoneDirectory, type RefusedFile, type ZoneFiles } from '../zone/zone-files.js';
import { withChosenPools } from './choices.js';
import { type GeoRequest, type OpenDatabases, withDatabases } from './chosen-databases.js';
import { compileGeographies, type Geography, octetsOfExact, whichOnGrid } from './map/geography.js';
import { openMapCache } from './map/map-cache.js';
import { packMaps } from './map/packed-maps.js';
import { compileReflection } from './map/reflection.js';
import { type GeographyPlan, type PoolPlan, planPools } from './pool-plan.js';
import { type LaidOutZones, layOutZones, signingsOf } from './zones/lay-out-zones.js';
import { withChallenges, type ZoneChallenge } from './zones/with-challenges.js';

export interface WorldRequest {
  readonly zones: string;
  /** Where good copies of zone files are kept; absent: none is kept, and none is used in place of a wrong file. */
  readonly keep?: string;
  /** Where earlier maps are kept; absent: all maps are worked out. */
  readonly maps?: string;
  /** The text of each file that is served now. It stays in use if the file is wrong. */
  readonly remember?: readonly { readonly file: string; readonly text: string }[];
  /** Absent: no keys are read and nothing is signed. */
  readonly signing?: SigningRequest;
  readonly geo: GeoRequest;
  /** The addresses of mirrors given by hostname; absent: none is known. */
  readonly hosts?: HostAddresses;
}

export interface SigningRequest {
  /** The current time: milliseconds since 1970. */
  readonly now: number;
  /** The known keys of zones, by name; they stay in use if a key file is wrong. */
  readonly known: ReadonlyMap<string, ZoneKeys>;
  /** Challenges to be served in signed zones. */
  readonly challenges: readonly ZoneChallenge[];
}

export interface World extends LaidOutZones {
  readonly zones: readonly LoadedZone[];
  readonly refused: readonly RefusedFile[];
  /** Where each zone's mirrors are, in the zone's order. */
  readonly places: readonly (readonly Location[])[];
  readonly pools: readonly PoolPlan[];
  readonly geo: readonly GeoDescription[];
  readonly sources: GeoSources;
  /** How its geographies are mapped. */
  readonly maps: WorldMaps;
  /** When it was signed, in milliseconds since 1970; absent: no server answers from this world. */
  readonly signedAt?: number;
  /** Why good copies could not be kept. */
  readonly keepProblem?: string;
}

export interface WorldMaps {
  /** Octets that all exact maps together may take, and octets that they take. */
  readonly memory: number;
  readonly octets: number;
  /** By geography: whether its clients are located on the grid. */
  readonly onGrid: readonly boolean[];
}

/** A world, and what its tables are made from. */
export interface BuiltWorld {
  readonly world: World;
  readonly geographies: readonly Geography[];
  /** Present if some zone reflects. */
  readonly reflection?: Reflection;
  /**
   * Writes what was worked out to disk for the next start. It writes megabytes, so call it when there is time. Throws the
   * system's error.
   */
  readonly remember: () => void;
}

/** Builds a world. Throws ZONE_INVALID, with a line for each fault, if there is no zone at all to serve. */
export function buildWorld(request: WorldRequest): BuiltWorld {
  const inFiles = loadZoneDirectory({
    directory: request.zones,
    ...(request.keep !== undefined && { keep: request.keep }),
    ...(request.remember !== undefined && { remember: request.remember }),
  });
  const read = request.signing === undefined ? inFiles : withKeys(inFiles, request.signing.known);
  if (read.loaded.length === 0) {
    const details = read.refused.flatMap(({ faults }) => faults.map(formatFault));
    const message = 'all zone files are wrong, and there is no good copy of any to serve';
    throw new GeopoolError('ZONE_INVALID', message, { details });
  }
  const files = withHosts(read, request.hosts);
  const built = withDatabases(request.geo, files.loaded, (databases) => {
    const { world, plans } = planWorld(files, databases, request.signing);
    const built = compileOrRecall(plans, databases, request);
    const maps: WorldMaps = {
      memory: request.geo.mapMemory,
      octets: octetsOfExact(built.geographies),
      onGrid: built.geographies.map(({ isOnGrid }) => isOnGrid),
    };
    const reflects = files.loaded.some(({ zone }) => zone.reflect !== undefined);
    return {
      ...built,
      world: { ...world, maps, ...(request.signing !== undefined && { signedAt: request.signing.now }) },
      ...(reflects && { reflection: compileReflection(databases.openWhole()) }),
    };
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

/** The world of some zone files without its geographies, for questions about one client. */
export function sketchWorld(request: WorldRequest): World {
  const files = withHosts(loadZoneDirectory({ directory: request.zones }), request.hosts);
  const memory = request.geo.mapMemory;
  return withDatabases(request.geo, files.loaded, (databases) => {
    const { world, plans } = planWorld(files, databases);
    return { ...world, maps: { memory, octets: 0, onGrid: whichOnGrid(plans, databases.open(), memory) } };
  });
}

function planWorld(
  { loaded, refused }: ZoneFiles,
  { sources, lookup, describe }: OpenDatabases,
  signing?: SigningRequest,
): { world: Omit<World, 'maps'>; plans: readonly GeographyPlan[] } {
  const zones = loaded.map(({ zone }) => zone);
  const places = zones.map(({ mirrors }) =>
    mirrors.map(
      ({ location, addresses }) =>
        placeMirror(location, addresses, (address) => lookup().locate(address).location).location,
    ),
  );
  const placeOf = placesOf(zones, places);
  const unserved = new Set(refused.flatMap(({ zone }) => zone ?? []));
  const signed = new Set(loaded.flatMap(({ zone, keys }) => (keys === undefined ? [] : zone.name)));
  const apexes = [...zones.map(({ name }) => name), ...unserved];
  const chosen = zones
    .map((zone) => withChosenPools(zone, placeOf))
    .map((zone) => (signed.has(zone.name) ? withChallenges(zone, signing?.challenges ?? [], apexes) : zone));
  const { pools, geographies: plans } = planPools(chosen, (_zone, mirror) => placeOf(mirror));
  const { names, expires } = layOutZones(chosen, pools, [...unserved], signingsOf(loaded, signing));
  return {
    world: { zones: loaded, refused, places, names, expires, pools, geo: describe(), sources },
    plans,
  };
}

/** Returns a function from a mirror of the zones to its location. */
function placesOf(
  zones: readonly Zone[],
  places: readonly (readonly Location[])[],
): (mirror: Mirror) => Location {
  const placed = new Map<Mirror, Location>();
  for (const [i, zone] of zones.entries()) {
    for (const [j, mirror] of zone.mirrors.entries()) placed.set(mirror, places[i]?.[j] ?? {});
  }
  return (mirror) => placed.get(mirror) ?? {};
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
