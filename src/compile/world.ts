/**
 * A world: the zones as their files have them now, over the databases as they are now, worked out as far as that goes
 * without health. Everything in it is built anew from files, so that a reload is the same as a start.
 */

import type { Reflection } from '../answer/table.js';
import { keyStateAt } from '../dnssec/key-times.js';
import type { ZoneKeys } from '../dnssec/keys.js';
import { type Database, databaseOf } from '../geo/database.js';
import { chooseSources, describeSource, type GeoDescription, type GeoSources } from '../geo/geo-sources.js';
import { placeMirror } from '../geo/mirror-place.js';
import { readMmdb } from '../geo/mmdb-file.js';
import { scanAsns } from '../geo/scan.js';
import type { VerifiedDatabase } from '../geo/verify.js';
import { describeError, GeopoolError } from '../platform/errors.js';
import { once } from '../platform/once.js';
import { FAMILIES, type Family, type Location } from '../platform/types.js';
import { withKeys } from '../zone/dnssec-key-file.js';
import { formatFault } from '../zone/faults.js';
import { keepGood } from '../zone/good-copies.js';
import { type HostAddresses, withAddresses } from '../zone/hostnames.js';
import type { ClientRules, Mirror, Zone } from '../zone/model.js';
import { type LoadedZone, loadZoneDirectory, type RefusedFile, type ZoneFiles } from '../zone/zone-files.js';
import { withChosenPools } from './choices.js';
import { compileGeographies, type Geography, octetsOfExact, whichOnGrid } from './map/geography.js';
import { openMapCache } from './map/map-cache.js';
import { packMaps } from './map/packed-maps.js';
import type { Databases } from './map/reading.js';
import { compileReflection } from './map/reflection.js';
import { type GeographyPlan, type PoolPlan, planPools } from './pool-plan.js';
import { layOutNames, type NameLayout } from './zones/name-table.js';
import type { ZoneSigning } from './zones/signed-zone.js';
import { withChallenges, type ZoneChallenge } from './zones/with-challenges.js';
import { type OpenZone, openZone, prepareZone, unservedZone } from './zones/zone-answers.js';

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

export interface GeoRequest {
  readonly city?: string;
  readonly asn?: string;
  /** Where the updater puts databases. */
  readonly directory: string;
  /** Where the last good copies of databases are kept; absent: none serves. */
  readonly lastGood?: string;
  /** The editions that it fetches. */
  readonly editions?: readonly string[];
  /** Files that are not to serve, and why. */
  readonly refused?: ReadonlyMap<string, string>;
  /** What serves now. */
  readonly known?: GeoSources;
  /** Octets that exact maps may take together. */
  readonly mapMemory: number;
}

export interface SigningRequest {
  /** When this is: milliseconds since 1970. */
  readonly now: number;
  /** The keys that are known of zones, by name: they go on where their file is wrong. */
  readonly known: ReadonlyMap<string, ZoneKeys>;
  /** What is served besides in signed zones. */
  readonly challenges: readonly ZoneChallenge[];
}

export interface World {
  readonly zones: readonly LoadedZone[];
  readonly refused: readonly RefusedFile[];
  /** Where each zone's mirrors are, in the zone's order. */
  readonly places: readonly (readonly Location[])[];
  readonly names: NameLayout;
  /** When the first of the signatures of each signed zone expires, in seconds since 1970, by the zone's name. */
  readonly expires: ReadonlyMap<string, number>;
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

/** The databases that were chosen; each is read when it is first asked for. */
interface OpenDatabases {
  readonly sources: GeoSources;
  /** With the AS numbers that zones name, or with all. */
  readonly open: () => Databases;
  readonly openWhole: () => Databases;
  readonly lookup: () => Database;
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

/** What the zones that are signed are signed by now, by their names. */
export function signingsOf(
  loaded: readonly LoadedZone[],
  signing?: SigningRequest,
): ReadonlyMap<string, ZoneSigning> {
  if (signing === undefined) return new Map();
  const { now } = signing;
  return new Map(
    loaded.flatMap(({ zone, keys }) =>
      keys === undefined ? [] : [[zone.name, { keys: keyStateAt(keys, now), now }] as const],
    ),
  );
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

/**
 * What all names of the zones answer, and of those of which no more than the name is known. `pools` are all the zones'
 * pools, by number; `signings` are those of the zones that are signed, by their names.
 */
export function layOutZones(
  zones: readonly Zone[],
  pools: readonly PoolPlan[],
  unserved: readonly string[] = [],
  signings: ReadonlyMap<string, ZoneSigning> = new Map(),
): Pick<World, 'names' | 'expires'> {
  const numbers = new Map(pools.map((pool, number) => [poolKey(pool), number]));
  const apexes = [...zones.map(({ name }) => name), ...unserved];
  const opened = zones.map((zone) => {
    const families = (owner: string): Family[] =>
      FAMILIES.filter((family) => numbers.has(poolKey({ zone: zone.name, owner, family })));
    const cuts = apexes.filter((name) => name.endsWith(`.${zone.name}`));
    return openZone(zone, families, cuts, signings.get(zone.name));
  });
  const prepared = opened.map((zone) => prepareZone(zone, outerZone(zone, opened)));
  const names = layOutNames(
    [...prepared, ...unserved.map(unservedZone)],
    (pool) => numbers.get(poolKey(pool)) ?? -1,
  );
  const expires = new Map(
    prepared.flatMap(({ zone, expires }) => (expires === undefined ? [] : [[zone, expires] as const])),
  );
  return { names, expires };
}

/** The innermost of the zones that a zone is inside of. */
function outerZone({ zone: name }: OpenZone, zones: readonly OpenZone[]): OpenZone | undefined {
  const outer = zones.filter(({ zone }) => name.endsWith(`.${zone}`));
  return outer.sort((a, b) => b.zone.length - a.zone.length)[0];
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
  const refused = new Map(geo.refused);
  for (;;) {
    let verified: VerifiedDatabase | undefined;
    const onVerified = (one: VerifiedDatabase): void => {
      if (one.table !== undefined) verified = one;
    };
    const sources = chooseSources({ ...geo, configured: geo, refused, onVerified });
    const { location, asn } = sources;
    const known = verified?.file.path === location.path ? verified : undefined;
    let reading = location.path;
    const locations = once(() => known?.file ?? readMmdb(location.path));
    const lookup = once(() => databaseOf(locations()));
    const openWith = (named?: ReadonlySet<number>): Databases => {
      const read = { locations: locations(), ...(known !== undefined && { verified: known }) };
      if (asn === undefined) return read;
      reading = asn.path;
      const asns = scanAsns(asn.path, named);
      reading = location.path;
      return { ...read, asns };
    };
    const open = (): Databases => openWith(asnsNamed(zones));
    try {
      return work({ sources, open, openWhole: () => openWith(), lookup });
    } catch (error) {
      if (!(error instanceof GeopoolError) || error.code !== 'DATABASE_INVALID') throw error;
      if (reading === location.path && location.source === 'embedded') throw error;
      refused.set(reading, error.message);
    }
  }
}

function asnsNamed(zones: readonly LoadedZone[]): Set<number> {
  return new Set(
    zones.flatMap(({ zone }) => [
      ...zone.mirrors.flatMap(({ asn, admits }) => [...asn, ...asnsOfRules(admits)]),
      ...zone.pools.flatMap(({ admits, refuse }) => [...asnsOfRules(admits), ...(refuse?.asn ?? [])]),
      ...zone.orders.flatMap(({ lists }) => lists.flatMap((list) => (list.by === 'asn' ? [list.key] : []))),
    ]),
  );
}

function asnsOfRules({ onlyAsn = [], exceptAsn = [] }: ClientRules): readonly number[] {
  return [...onlyAsn, ...exceptAsn];
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
