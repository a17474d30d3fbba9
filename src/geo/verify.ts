/**
 * Whether a database may be used. A truncated or forged file often opens, and fails at some address a week later. So all of
 * it is walked before it is used: the search tree, and every record with everything in it. Then a sample of addresses is
 * looked up through maxmind, and the results must agree with what the scan read.
 */

import { type Address, addressFromBytes, bitsOf, embeddedIPv4 } from '../ip/address.js';
import { below, type Random, seededRandom } from '../platform/random.js';
import type { Family, Location } from '../platform/types.js';
import { type Database, databaseOf } from './database.js';
import { databaseFault } from './database-fault.js';
import { describeRecords } from './describe-records.js';
import { bitAt } from './embeddings.js';
import { type LocationTable, locationAt } from './location-table.js';
import {
  type DatabaseKind,
  ipv4Record,
  kindOfType,
  type MmdbFile,
  readMmdb,
  readTreeRecord,
  SEPARATOR_BYTES,
} from './mmdb-file.js';
import { indexRecords, type RecordIndex } from './record-index.js';
import { weighingFinder } from './record-weight.js';
import { readAsns, readLocations } from './scan.js';

/** Requirements for a file in addition to being valid. */
export interface ExpectedDatabase {
  /** What it must contain. Absent: what its type says. */
  readonly kind?: DatabaseKind;
  /** The database_type that it must have, such as GeoLite2-City. */
  readonly edition?: string;
}

/** How many addresses of each family are looked up. */
const SAMPLES = 300;

/** A database that was found valid, with what was read of it for that. */
export interface VerifiedDatabase {
  readonly file: MmdbFile;
  readonly records: RecordIndex;
  /** The locations of its records, if it has locations. */
  readonly table?: LocationTable;
}

/**
 * Verifies the database at `path`. Takes time in proportion to the file's size, whatever it contains. Throws
 * DATABASE_INVALID that names the file and the fault.
 */
export function verifyDatabase(path: string, expected: ExpectedDatabase = {}): VerifiedDatabase {
  const file = readMmdb(path);
  const { type } = file.metadata;
  if (expected.edition !== undefined && expected.edition !== type) {
    throw databaseFault(path, `it is ${type}, not ${expected.edition}`);
  }
  const kind = expected.kind ?? kindOfType(type);
  const separator = file.bytes.subarray(file.data.start - SEPARATOR_BYTES, file.data.start);
  if (separator.some((byte) => byte !== 0)) {
    throw databaseFault(path, 'damaged, no empty bytes are between its search tree and its data');
  }
  const records = indexRecords(file);
  const table = kind === 'asn' ? undefined : readNamed(file, records);
  const agrees = table === undefined ? readNumbers(file, records) : agreesWith(table);
  const database = databaseOf(file);
  const random = seededRandom(1);
  for (const family of ['ipv4', 'ipv6'] as const) {
    for (let i = 0; i < SAMPLES; i++) {
      const address = sampleAddress(file, family, random);
      if (!agrees(database, address, numberAt(file, records, address))) {
        throw databaseFault(path, `damaged, two ways of looking up ${address.text} differ`);
      }
    }
  }
  return { file, records, ...(table !== undefined && { table }) };
}

const NOUNS: Readonly<Record<DatabaseKind, string>> = { location: 'locations', asn: 'AS numbers' };

/** Whether a database returns for an address what was read from its record, which is given by number. */
type Agrees = (database: Database, address: Address, number: number) => boolean;

function readNumbers(file: MmdbFile, records: RecordIndex): Agrees {
  const asns = readAsns(file, records, weighingFinder);
  if (asns.every((asn) => asn === 0)) throw nameless(file, 'asn', records);
  return (database, address, number) => asns[number] === (database.asnOf(address).asn ?? 0);
}

function readNamed(file: MmdbFile, records: RecordIndex): LocationTable {
  const table = readLocations(file, records, weighingFinder);
  refuseNameless(file, records, table);
  return table;
}

function agreesWith(table: LocationTable): Agrees {
  return (database, address, number) =>
    equalLocations(locationAt(table, number), database.locate(address).location);
}

/** Throws DATABASE_INVALID if no record names a location. */
export function refuseNameless(
  file: MmdbFile,
  records: RecordIndex,
  { country, latitude }: LocationTable,
): void {
  if (country.every((code) => code === 0) && latitude.every(Number.isNaN)) {
    throw nameless(file, 'location', records);
  }
}

function nameless({ path, data, metadata }: MmdbFile, kind: DatabaseKind, { offsets }: RecordIndex): Error {
  const look = describeRecords(data, kind, offsets[0]);
  return databaseFault(path, `${metadata.type} does not name ${NOUNS[kind]}: ${look}`);
}

/** The number of the record that an address leads to, plus 1; 0 for none. */
function numberAt(file: MmdbFile, records: RecordIndex, asked: Address): number {
  const { nodeCount } = file.metadata;
  const { family, bytes } = embeddedIPv4(asked);
  let record = rootOf(file, family);
  for (let depth = 0; record < nodeCount && depth < bytes.length * 8; depth++) {
    record = readTreeRecord(file, record, bitAt(bytes, depth) === 0 ? 0 : 1);
  }
  return record > nodeCount ? records.numberOf(record) + 1 : 0;
}

function rootOf(file: MmdbFile, family: Family): number {
  const { ipVersion, nodeCount } = file.metadata;
  if (family === 'ipv4') return ipv4Record(file);
  return ipVersion === 6 ? 0 : nodeCount;
}

function equalLocations(a: Location, b: Location): boolean {
  return (
    a.country === b.country &&
    a.point?.latitude === b.point?.latitude &&
    a.point?.longitude === b.point?.longitude
  );
}

/** A random address. It follows branches that lead to data where there are any, since most of IPv6 is empty. */
function sampleAddress(file: MmdbFile, family: Family, random: Random): Address {
  const { nodeCount } = file.metadata;
  const bytes = new Uint8Array(bitsOf(family) / 8);
  let record = rootOf(file, family);
  for (let depth = 0; depth < bitsOf(family); depth++) {
    let side: 0 | 1 = below(random, 2) === 0 ? 0 : 1;
    if (record < nodeCount) {
      if (readTreeRecord(file, record, side) === nodeCount) side = side === 0 ? 1 : 0;
      record = readTreeRecord(file, record, side);
    }
    bytes[depth >> 3] = (bytes[depth >> 3] ?? 0) | (side << (7 - (depth & 7)));
  }
  return addressFromBytes(bytes);
}
