/**
 * Looks up one address at a time, through the maxmind package: for explaining, for placing mirrors, and as a second opinion
 * on what the scan reads. maxmind does not check its input, and on a damaged file it may throw anything. So only `Address`
 * values are accepted, and every fault becomes DATABASE_INVALID.
 */
import { Reader, type Response } from 'maxmind';
import { type Address, embeddedIPv4 } from '../ip/address.js';
import type { Location, Region } from '../platform/types.js';
import { asnOfText, isAsn } from './as-number.js';
import { asDatabaseFault } from './database-fault.js';
import { embeddingBits } from './embeddings.js';
import { numberOfText } from './field-reader.js';
import { knownLocation } from './known-location.js';
import { ipv4Record, type MmdbFile, readMmdb } from './mmdb-file.js';
import {
  AS_NUMBER,
  CONTINENT,
  COUNTRY,
  type FieldPath,
  LATITUDE,
  LONGITUDE,
  SUBDIVISION,
} from './record-shapes.js';
import { knownRegion } from './regions.js';

export interface Database {
  readonly path: string;
  /** `database_type`, such as GeoLite2-City. */
  readonly type: string;
  /** When it was built, in seconds since 1970. */
  readonly buildEpoch: number;
  readonly ipVersion: 4 | 6;
  /**
   * Where an address is, and the length of its prefix within which all addresses are there. The length is in bits of the
   * given address: a mapped one has 96 before those of its IPv4 address, a 6to4 one 16. Throws DATABASE_INVALID.
   */
  locate(address: Address): { readonly location: Location; readonly prefixLength: number };
  /** The region that an address is in, other than its country. */
  regionOf(address: Address): Region;
  /** The AS of an address, in the same way. */
  asnOf(address: Address): { readonly asn?: number; readonly prefixLength: number };
}

/** Opens a database and reads all of it. Throws DATABASE_INVALID if it cannot be read or its metadata is not valid. */
export function openDatabase(path: string): Database {
  return databaseOf(readMmdb(path));
}

/** The same for a file that has been read. */
export function databaseOf(file: MmdbFile): Database {
  const { path, metadata } = file;
  const reader = openReader(file);
  const withIPv4 = ipv4Record(file) !== metadata.nodeCount;

  const recordOf = (asked: Address): { record: unknown; prefixLength: number } => {
    const address = embeddedIPv4(asked);
    const above = embeddingBits(asked);
    if (address.family === 'ipv4' ? !withIPv4 : metadata.ipVersion === 4)
      return { record: null, prefixLength: above };
    try {
      const [record, length] = reader.getWithPrefixLength(address.text);
      // The length for an IPv4 address counts from ::/96. An IPv6 prefix shorter than `above` would contain embedded IPv4.
      return { record, prefixLength: address === asked ? Math.max(length, above) : above + length };
    } catch (error) {
      throw asDatabaseFault(path, `damaged, ${address.text} can't be looked up`, error);
    }
  };
  return {
    path,
    type: metadata.type,
    buildEpoch: metadata.buildEpoch,
    ipVersion: metadata.ipVersion,
    locate(address) {
      const { record, prefixLength } = recordOf(address);
      return { location: locationOfRecord(record), prefixLength };
    },
    regionOf: (address) => regionOfRecord(recordOf(address).record),
    asnOf(address) {
      const { record, prefixLength } = recordOf(address);
      const asn = asnOfRecord(record);
      return { ...(isAsn(asn) && { asn }), prefixLength };
    },
  };
}

function openReader(file: MmdbFile): Reader<Response> {
  try {
    return new Reader(file.bytes);
  } catch (error) {
    throw asDatabaseFault(file.path, "damaged, it can't be opened", error);
  }
}

/** The location in a record of any known shape. */
function locationOfRecord(record: unknown): Location {
  return knownLocation(
    textOf(valueAt(record, COUNTRY)),
    numberOf(valueAt(record, LATITUDE)),
    numberOf(valueAt(record, LONGITUDE)),
  );
}

function regionOfRecord(record: unknown): Region {
  return knownRegion(
    textOf(valueAt(record, COUNTRY)),
    textOf(valueAt(record, CONTINENT)),
    textOf(valueAt(record, SUBDIVISION)),
  );
}

function asnOfRecord(record: unknown): number {
  const asn = valueAt(record, AS_NUMBER);
  return typeof asn === 'string' ? asnOfText(asn) : numberOf(asn);
}

/** The value at the first of the paths that a record has. */
function valueAt(record: unknown, paths: readonly FieldPath[]): unknown {
  for (const [outer, inner] of paths) {
    const value = fieldOf(record, outer);
    const found = inner === undefined ? value : fieldOf(Array.isArray(value) ? value[0] : value, inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Some flat databases write coordinates as texts, and 64-bit integers are read as bigints. */
function numberOf(value: unknown): number {
  if (typeof value === 'string') return numberOfText(value);
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : Number.NaN;
}
