/**
 * A world: the zones as their files have them now, over the databases as they are now, worked out as far as that goes
 * without health. Everything in it is built anew from files, so that a reload is the same as a start.
 */
import { GeopoolError } from '../errors.js';
import { FAMILIES, type Family, type Location } from '../facts.js';
import { openDatabase } from '../geo/database.js';
import { chooseSources, describeSource, type GeoDescription, type GeoSources } from '../geo/geo-sources.js';
import { placeMirror } from '../geo/mirror-place.js';
import { scanAsns, scanLocations } from '../geo/scan.js';
import type { Fault } from '../zone/faults.js';
import type { Mirror, Zone } from '../zone/model.js';
import { keepGood, type LoadedZone, loadZoneDirectory } from '../zone/zone-files.js';
import { compileGeography, type Geography, type Scans } from './geography.js';
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
  /** Why good copies could not be kept. */
  readonly keepProblem?: string;
}

/** The world and, apart, what only the dealer needs. Throws ZONE_INVALID where there is no zone at all to serve. */
export function buildWorld(request: WorldRequest): { world: World; geographies: readonly Geography[] } {
  const { world, geographies, scans } = planWorld(request);
  return { world, geographies: geographies.map((plan) => compileGeography(plan, scans)) };
}

/** The same without working the geographies out, for those who want to know about one client only. */
export function planWorld(request: WorldRequest): {
  world: World;
  geographies: readonly GeographyPlan[];
  scans: Scans;
} {
  const { loaded, refused } = loadZoneDirectory({
    directory: request.zones,
    ...(request.keep !== undefined && { keep: request.keep }),
    ...(request.remember !== undefined && { remember: request.remember }),
  });
  const zones = loaded.map(({ zone }) => zone);
  const { sources, scans, places } = readDatabases(request.geo, zones);
  const { pools, geographies } = planZones(zones, places);
  const names = layOutZones(zones, pools);
  const keepProblem = keep(request, loaded);
  const world: World = {
    zones: loaded,
    refused,
    places,
    names,
    pools,
    geo: [sources.location, ...(sources.asn === undefined ? [] : [sources.asn])].map(describeSource),
    sources,
    ...(keepProblem !== undefined && { keepProblem }),
  };
  return { world, geographies, scans };
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

/** A database may open and be damaged all the same; then the next best one is taken, and the problem said. */
function readDatabases(
  geo: GeoRequest,
  zones: readonly Zone[],
): { sources: GeoSources; scans: Scans; places: Location[][] } {
  const refused = new Map<string, string>();
  for (;;) {
    const sources = chooseSources({
      configured: { city: geo.city, asn: geo.asn },
      directory: geo.directory,
      refused,
    });
    let reading = sources.location.path;
    try {
      const locations = scanLocations(sources.location.path);
      const database = openDatabase(sources.location.path);
      const places = zones.map(({ mirrors }) =>
        mirrors.map(
          ({ location, addresses }) =>
            placeMirror(location, addresses, (address) => database.locate(address).location).location,
        ),
      );
      if (sources.asn === undefined) return { sources, scans: { locations }, places };
      reading = sources.asn.path;
      const named = new Set(zones.flatMap(({ mirrors }) => mirrors.flatMap(({ asn }) => asn)));
      return { sources, scans: { locations, asns: scanAsns(sources.asn.path, named) }, places };
    } catch (error) {
      const embedded = reading === sources.location.path && sources.location.source === 'embedded';
      if (!(error instanceof GeopoolError) || error.code !== 'DATABASE_INVALID' || embedded) throw error;
      refused.set(reading, error.message);
    }
  }
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
