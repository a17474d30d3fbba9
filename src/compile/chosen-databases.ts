/**
 * The databases that a world is worked out from: the best ones available. Each is read once, when it is first asked for.
 */
import { type Database, databaseOf } from '../geo/database.js';
import { chooseSources, describeSource, type GeoDescription, type GeoSources } from '../geo/geo-sources.js';
import { readMmdb } from '../geo/mmdb-file.js';
import { scanAsns } from '../geo/scan.js';
import type { VerifiedDatabase } from '../geo/verify.js';
import { GeopoolError } from '../platform/errors.js';
import { once } from '../platform/once.js';
import type { ClientRules } from '../zone/model.js';
import type { LoadedZone } from '../zone/zone-files.js';
import type { Databases } from './map/reading.js';

export interface GeoRequest {
  readonly city?: string;
  readonly asn?: string;
  /** The directory that the updater writes databases to. */
  readonly directory: string;
  /** Where the last good copies of databases are kept; absent: none is used. */
  readonly lastGood?: string;
  /** The editions that the updater fetches. */
  readonly editions?: readonly string[];
  /** Files that must not be used, and why. */
  readonly refused?: ReadonlyMap<string, string>;
  /** The databases in use now. */
  readonly known?: GeoSources;
  /** Octets that all exact maps together may take. */
  readonly mapMemory: number;
}

/** The chosen databases; each is read when it is first asked for. */
export interface OpenDatabases {
  readonly sources: GeoSources;
  /** Opens them with the AS numbers that zones name, or with all. */
  readonly open: () => Databases;
  readonly openWhole: () => Databases;
  /** What status reports about them. */
  readonly describe: () => GeoDescription[];
  readonly lookup: () => Database;
}

/**
 * Runs `work` with the best databases available. A database may open and still be damaged. Then `work` runs again with the
 * next best one, and the problem is reported.
 */
export function withDatabases<T>(
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
    /** Blames the AS database, and not the one of locations, for a fault. */
    const inAsns = <R>(path: string, work: () => R): R => {
      reading = path;
      const result = work();
      reading = location.path;
      return result;
    };
    const openWith = (named?: ReadonlySet<number>): Databases => {
      const read = { locations: locations(), ...(known !== undefined && { verified: known }) };
      if (asn === undefined) return read;
      return { ...read, asns: inAsns(asn.path, () => scanAsns(asn.path, named)) };
    };
    const describe = (): GeoDescription[] => [
      describeSource(location),
      ...(asn === undefined ? [] : [inAsns(asn.path, () => describeSource(asn))]),
    ];
    const open = (): Databases => openWith(asnsNamed(zones));
    try {
      return work({ sources, open, openWhole: () => openWith(), describe, lookup });
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
