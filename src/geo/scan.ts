/**
 * Reads a whole database for compiling: where each network is, or whose. Decodes the few fields that count of each
 * distinct record, once.
 */
import type { Location } from '../facts.js';
import type { PrefixTree } from '../ip/prefix-tree.js';
import { SPECIAL_PURPOSE } from '../ip/special-purpose.js';
import { asnOfText, isAsn } from './as-number.js';
import { type DataSection, readNumber, readText } from './field-reader.js';
import { knownLocation } from './known-location.js';
import { createLocationTable, type LocationTable } from './location-table.js';
import { type MmdbFile, readMmdb } from './mmdb-file.js';
import { pathFinder } from './path-finder.js';
import { AS_NUMBER, COUNTRY, LATITUDE, LONGITUDE } from './record-shapes.js';
import { scanTree } from './scan-tree.js';

/** A tree whose leaves are indexes into `locations`; 0 is the unknown. */
export interface LocationScan {
  readonly tree: PrefixTree;
  readonly locations: LocationTable;
}

/** A tree whose leaves are indexes into `asns`, the AS numbers; index 0 is none, and its number 0. */
export interface AsnScan {
  readonly tree: PrefixTree;
  readonly asns: Uint32Array;
}

/** Reads every location of a City or Country database. Throws DATABASE_INVALID. */
export function scanLocations(path: string): LocationScan {
  return scanLocationsOf(readMmdb(path));
}

/** The same of a file that has been read. `inspect` sees the offset of each distinct record first. */
export function scanLocationsOf(file: MmdbFile, inspect: (offset: number) => void = () => {}): LocationScan {
  const builder = createLocationTable();
  const read = locationReader(file.data);
  const tree = scanTree(file, (offset) => {
    inspect(offset);
    return builder.add(read(offset));
  });
  return { tree, locations: builder.table() };
}

/**
 * Reads the classes into which `classOf` sorts locations: a tree whose leaves are classes. It is asked once for each
 * record, and first of all for the unknown, whose class must be 0. What is equal in the end is one leaf at once, which
 * takes half the time and memory of reading all locations first. Special-purpose addresses are a marked 0, whatever the
 * file says: registries' data have private and documentation networks in one country or another.
 */
export function scanClasses(file: MmdbFile, classOf: (location: Location) => number): PrefixTree {
  if (classOf({}) !== 0) throw new RangeError('the class of the unknown must be 0');
  const read = locationReader(file.data);
  return scanTree(file, (offset) => classOf(read(offset)), SPECIAL_PURPOSE);
}

/** Reads every AS number of an ASN database, or those in `only`; the others count as none. Throws DATABASE_INVALID. */
export function scanAsns(path: string, only?: ReadonlySet<number>): AsnScan {
  return scanAsnsOf(readMmdb(path), only);
}

/** The same of a file that has been read. `inspect` sees the offset of each distinct record first. */
export function scanAsnsOf(
  file: MmdbFile,
  only?: ReadonlySet<number>,
  inspect: (offset: number) => void = () => {},
): AsnScan {
  const indexes = new Map<number, number>([[0, 0]]);
  const find = pathFinder(file.data, AS_NUMBER);
  const tree = scanTree(file, (offset) => {
    inspect(offset);
    const at = find(offset)[0] ?? 0;
    const text = at === 0 ? '' : readText(file.data, at);
    const asn = text === undefined ? readNumber(file.data, at) : asnOfText(text);
    if (!isAsn(asn) || only?.has(asn) === false) return 0;
    const index = indexes.get(asn) ?? indexes.size;
    indexes.set(asn, index);
    return index;
  });
  return { tree, asns: Uint32Array.from(indexes.keys()) };
}

/** A function that gives the location of the record at an offset, in any of the known shapes. */
function locationReader(data: DataSection): (offset: number) => Location {
  const find = pathFinder(data, COUNTRY, LATITUDE, LONGITUDE);
  return (offset) => {
    const [codeAt = 0, latitudeAt = 0, longitudeAt = 0] = find(offset);
    return knownLocation(
      codeAt === 0 ? undefined : readText(data, codeAt),
      latitudeAt === 0 ? Number.NaN : readNumber(data, latitudeAt),
      longitudeAt === 0 ? Number.NaN : readNumber(data, longitudeAt),
    );
  };
}
