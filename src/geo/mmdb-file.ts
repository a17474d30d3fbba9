/**
 * A MaxMind DB file as bytes: where its parts are and what its metadata says. Nothing is trusted: sizes that would lead
 * outside the file are faults here, so that the search tree of an `MmdbFile` can be read without further checks.
 */
import { closeSync, readSync } from 'node:fs';
import { openPlainSync, readPlainSync } from '../state/plain-file.js';
import { asDatabaseFault, databaseFault } from './database-fault.js';
import { type DataSection, dataSection, fieldFinder, readNumber, readText } from './field-reader.js';
import { valueWeigher } from './record-weight.js';

export interface DatabaseMetadata {
  /** `database_type`, such as GeoLite2-City. */
  readonly type: string;
  readonly ipVersion: 4 | 6;
  readonly nodeCount: number;
  /** Bits of one of a node's two records. */
  readonly recordSize: 24 | 28 | 32;
  /** When it was built, in seconds since 1970. */
  readonly buildEpoch: number;
}

export interface MmdbFile {
  readonly path: string;
  readonly bytes: Buffer;
  readonly metadata: DatabaseMetadata;
  readonly data: DataSection;
}

/** Whether a database says where an address is, or which AS it belongs to. */
export type DatabaseKind = 'location' | 'asn';

/** The zero bytes between the search tree and the data section. */
export const SEPARATOR_BYTES = 16;

const MARKER = Buffer.from('abcdef4d61784d696e642e636f6d', 'hex');
/** "The maximum allowable size for the metadata section, including the marker that starts the metadata, is 128KiB." */
const METADATA_BYTES = 128 * 1024;
/** The most that can be read at once, ten times the size of the largest database that exists. */
const MOST_BYTES = 2 ** 31 - 1;

/** Reads a whole database. Throws DATABASE_INVALID if that fails, or if its metadata is not consistent. */
export function readMmdb(path: string): MmdbFile {
  let bytes: Buffer;
  try {
    bytes = readPlainSync(path, MOST_BYTES);
  } catch (error) {
    throw asDatabaseFault(path, "can't be read", error);
  }
  return mmdbOfBytes(path, bytes);
}

/** The database in `bytes`; `path` is for messages. Throws DATABASE_INVALID. */
export function mmdbOfBytes(path: string, bytes: Buffer): MmdbFile {
  const tail = bytes.subarray(Math.max(0, bytes.length - METADATA_BYTES));
  const { metadata, markerAt } = parseMetadata(path, tail, bytes.length);
  const dataStart = (metadata.nodeCount * metadata.recordSize) / 4 + SEPARATOR_BYTES;
  return { path, bytes, metadata, data: dataSection(path, bytes, dataStart, markerAt) };
}

/** Reads only the metadata, from the end of the file: fast, whatever the file's size. Throws DATABASE_INVALID. */
export function readMetadata(path: string): DatabaseMetadata {
  try {
    const { file, size } = openPlainSync(path, MOST_BYTES);
    try {
      const tail = Buffer.alloc(Math.min(size, METADATA_BYTES));
      const length = readSync(file, tail, 0, tail.length, size - tail.length);
      return parseMetadata(path, tail.subarray(0, length), size).metadata;
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw asDatabaseFault(path, "can't be read", error);
  }
}

/** The kind of a database of this type: GeoLite2-ASN and GeoIP2-ISP have AS numbers, all others locations. */
export function kindOfType(type: string): DatabaseKind {
  return /\b(asn|isp)\b/i.test(type) ? 'asn' : 'location';
}

/** A record of a node: a node's number if below `nodeCount`, nothing if equal to it, data if above. */
export function readTreeRecord(file: MmdbFile, node: number, side: 0 | 1): number {
  const { view } = file.data;
  switch (file.metadata.recordSize) {
    case 24: {
      const at = node * 6 + side * 3;
      return (view.getUint16(at) << 8) | view.getUint8(at + 2);
    }
    case 28: {
      const at = node * 7;
      // The middle byte has the high four bits of both records, the left one's first.
      if (side === 1) return view.getUint32(at + 3) & 0x0fff_ffff;
      return (view.getUint32(at) >>> 8) | ((view.getUint8(at + 3) & 0xf0) << 20);
    }
    case 32:
      return view.getUint32(node * 8 + side * 4);
  }
}

/**
 * The record that all of IPv4 is below: the root, or in an IPv6 tree the record at ::/96. A tree that ends above ::/96 has
 * no IPv4 in it: what it says about ::/64, for example, is not about IPv4. For such a tree it is the record for nothing.
 */
export function ipv4Record(file: MmdbFile): number {
  const { ipVersion, nodeCount } = file.metadata;
  let record = 0;
  for (let depth = 0; ipVersion === 6 && depth < 96; depth++) {
    if (record >= nodeCount) return nodeCount;
    record = readTreeRecord(file, record, 0);
  }
  return record;
}

function parseMetadata(
  path: string,
  tail: Buffer,
  fileSize: number,
): { metadata: DatabaseMetadata; markerAt: number } {
  const marker = tail.lastIndexOf(MARKER);
  if (marker < 0) throw databaseFault(path, 'not a MaxMind DB file, or cut off, or still compressed');
  const markerAt = fileSize - tail.length + marker;
  const section = dataSection(path, tail, marker + MARKER.length, tail.length, fileSize - tail.length);
  valueWeigher(section)(section.start);
  const [typeAt = 0, ...numbersAt] = fieldFinder(section, [
    'database_type',
    'binary_format_major_version',
    'node_count',
    'record_size',
    'ip_version',
    'build_epoch',
  ])(section.start);
  const type = typeAt === 0 ? undefined : readText(section, typeAt);
  const [version, nodeCount, recordSize, ipVersion, buildEpoch] = numbersAt.map((at) =>
    at === 0 ? Number.NaN : readNumber(section, at),
  );
  if (version !== 2) throw badMetadata(path, 'binary_format_major_version', '2');
  if (recordSize !== 24 && recordSize !== 28 && recordSize !== 32) {
    throw badMetadata(path, 'record_size', '24, 28 or 32');
  }
  if (ipVersion !== 4 && ipVersion !== 6) throw badMetadata(path, 'ip_version', '4 or 6');
  if (type === undefined || type === '') throw badMetadata(path, 'database_type', 'a text');
  // Up to the year 9999: in an ISO date later years have six digits.
  if (!isWholeUpTo(buildEpoch, 253_402_300_799)) throw badMetadata(path, 'build_epoch', 'a time');
  if (!isWholeUpTo(nodeCount, 0xffff_ffff) || nodeCount === 0)
    throw badMetadata(path, 'node_count', 'a count');
  if ((nodeCount * recordSize) / 4 + SEPARATOR_BYTES > markerAt) {
    throw databaseFault(path, `cut off, ${nodeCount} nodes do not fit into its ${fileSize} bytes`);
  }
  return { metadata: { type, ipVersion, nodeCount, recordSize, buildEpoch }, markerAt };
}

function isWholeUpTo(value: number | undefined, most: number): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 0 && value <= most;
}

function badMetadata(path: string, key: string, wanted: string): Error {
  return databaseFault(path, `its metadata's ${key} is not ${wanted}`);
}
