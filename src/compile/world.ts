/**
 * A world: the zones as their files have them now, over the databases as they are now, worked out as far as that goes
 * without health. Everything in it is built anew from files, so that a reload is the same as a start.
 */
import type { Reflection } from '../answer/table.js';
import type { ZoneKeys } from '../dnssec/keys.js';
import { describeSource, type GeoDescription, type GeoSources } from '../geo/geo-sources.js';
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
  /** Where good copies of zone files are kept; absent: nothing is kept and nothing used instead of a wrong file. */
  readonly keep?: string;
  /** Where maps are kept that were worked out before; absent: all are worked out. */
  readonly maps?: string;
  /** What is served now of each file: a wrong one stays as it is. */
  readonly remember?: readonly { readonly file: string; readonly text: string }[];
  /** Absent: no keys are read, and nothing is signed. */
  readonly signing?: SigningRequest;
  readonly geo: GeoRequest;
  /** The addresses of mirrors that are known by name; absent: nothing is known. */
  readonly hosts?: HostAddresses;
}

export interface SigningRequest {
  /** When this is: milliseconds since 1970. */
  readonly now: number;
  /** The keys that are known of zones, by name: they go on where their file is wrong. */
  readonly known: ReadonlyMap<string, ZoneKeys>;
  /** What is served besides in signed zones. */
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
  /** When it was that it was signed, in milliseconds since 1970; absent: for a world that nobody answers from. */
  readonly signedAt?: number;
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
  /** Where some zone reflects. */
  readonly reflection?: Reflection;
  /** Keeps what was worked out for the next start. For when there is time: it writes megabytes. Throws the system's error. */
  readonly remember: () => void;
}

/** Builds a world. Throws ZONE_INVALID where there is no zone at all to serve, with a line for each fault. */
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

/** The world of some zone files without its geographies, for those who want to know about one client only. */
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
  { sources, lookup }: OpenDatabases,
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
  const geo = [sources.location, ...(sources.asn === undefined ? [] : [sources.asn])].map(describeSource);
  return {
    world: { zones: loaded, refused, places, names, expires, pools, geo, sources },
    plans,
  };
}

/** Where a mirror of the zones is. */
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
