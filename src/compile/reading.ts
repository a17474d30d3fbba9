/**
 * What is read of the databases for compiling: which records there are, where each is, and the AS numbers.
 */
import type { LocationTable } from '../geo/location-table.js';
import type { MmdbFile } from '../geo/mmdb-file.js';
import { indexRecords, type RecordIndex } from '../geo/record-index.js';
import { type AsnScan, readLocations } from '../geo/scan.js';

/** What is known of where addresses are. */
export interface Databases {
  readonly locations: MmdbFile;
  /** The AS numbers that zones name; absent where there is no database of them. */
  readonly asns?: AsnScan;
}

export interface Reading {
  readonly file: MmdbFile;
  readonly records: RecordIndex;
  /** The location of each record, behind the unknown. */
  readonly table: LocationTable;
  readonly asns: AsnScan | undefined;
}

/** Reads the databases. Throws DATABASE_INVALID for a damaged one. */
export function readDatabases({ locations: file, asns }: Databases): Reading {
  const records = indexRecords(file);
  return { file, records, table: readLocations(file, records), asns };
}
