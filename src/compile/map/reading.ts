/**
 * What the compiler reads of the databases: which records there are, the location and region of each, and the AS numbers.
 */
import type { LocationTable } from '../../geo/location-table.js';
import type { MmdbFile } from '../../geo/mmdb-file.js';
import { indexRecords, type RecordIndex } from '../../geo/record-index.js';
import { readRegions, type WantedRegions } from '../../geo/regions.js';
import { type AsnScan, readLocations } from '../../geo/scan.js';
import type { VerifiedDatabase } from '../../geo/verify.js';
import type { Region } from '../../platform/types.js';
import type { GeographyPlan } from '../pool-plan.js';

/** What is known of the location of addresses. */
export interface Databases {
  readonly locations: MmdbFile;
  /** What has been read of it already. */
  readonly verified?: Pick<VerifiedDatabase, 'records' | 'table'>;
  /** The AS numbers that zones name; absent if there is no AS database. */
  readonly asns?: AsnScan;
}

export interface Reading {
  readonly file: MmdbFile;
  readonly records: RecordIndex;
  /** The location of each record; the first entry is the unknown one. */
  readonly table: LocationTable;
  /** By their numbers in the table. Only regions that an order names are told apart. */
  readonly regions: readonly Region[];
  readonly asns: AsnScan | undefined;
}

/** Reads the databases, and as much of regions as these plans need. Throws DATABASE_INVALID for a damaged one. */
export function readDatabases(
  { locations: file, verified, asns }: Databases,
  plans: readonly GeographyPlan[] = [],
): Reading {
  const records = verified?.records ?? indexRecords(file);
  const table = verified?.table ?? readLocations(file, records);
  const wanted = wantedRegions(plans);
  if (wanted === undefined) return { file, records, table, regions: [{}], asns };
  const { numbers, all } = readRegions(file, records, wanted);
  return { file, records, table: { ...table, region: numbers }, regions: all, asns };
}

/** The regions that orders need; undefined if they need none. */
function wantedRegions(plans: readonly GeographyPlan[]): WantedRegions | undefined {
  const matches = plans.flatMap(({ settings }) => settings.order?.matches ?? []);
  const subdivisions = new Set(matches.flatMap(({ by, key }) => (by === 'subdivisions' ? [key] : [])));
  const continents = matches.some(({ by }) => by === 'continents');
  if (subdivisions.size === 0 && !continents) return undefined;
  return { continents, wantsSubdivision: (code) => subdivisions.has(code) };
}
