/**
 * Reads a whole database for compiling: where each network is, or its AS. Decodes only the needed fields of each distinct
 * record, once.
 */

import type { PrefixTree } from '../ip/prefix-tree.js';
import type { Location } from '../platform/types.js';
import { asnOfText, isAsn } from './as-number.js';
import { type DataSection, readNumber, readPair, readText } from './field-reader.js';
import { isPlace, knownLocation } from './known-location.js';
import { createLocationTable, type LocationTable, locationAt, unpackCountry } from './location-table.js';
import { type MmdbFile, readMmdb } from './mmdb-file.js';
import { type FinderMaker, pathFinder } from './path-finder.js';
import { indexRecords, type RecordIndex } from './record-index.js';
import { AS_NUMBER, COUNTRY, LATITUDE, LONGITUDE } from './record-shapes.js';
import { scanTree } from './scan-tree.js';

/** A tree whose leaves are indexes into `locations`; 0 is the unknown. */
export interface LocationScan {
  readonly tree: PrefixTree;
  readonly locations: LocationTable;
}

/** A tree whose leaves are indexes into `asns`, the AS numbers; index 0 stands for none and has the number 0. */
export interface AsnScan {
  readonly tree: PrefixTree;
  readonly asns: Uint32Array;
}

/** Reads every location of a City or Country database. Throws DATABASE_INVALID. */
export function scanLocations(path: string): LocationScan {
  return scanLocationsOf(readMmdb(path));
}

/** The same for a file that has been read. */
export function scanLocationsOf(file: MmdbFile): LocationScan {
  const builder = createLocationTable();
  const each = readLocations(file, indexRecords(file));
  const tree = scanTree(file, (_offset, number) => builder.add(locationAt(each, number + 1)));
  return { tree, locations: builder.table() };
}

/**
 * The locations of the records of an index, in its order after the unknown, without regions. Equal ones are not merged.
 * `finder` makes what finds the fields of a record.
 */
export function readLocations(file: MmdbFile, { offsets }: RecordIndex, finder?: FinderMaker): LocationTable {
  const count = offsets.length + 1;
  const country = new Uint16Array(count);
  const latitude = new Float64Array(count).fill(Number.NaN);
  const longitude = new Float64Array(count).fill(Number.NaN);
  const { data } = file;
  const find = pathFinder(data, [COUNTRY, LATITUDE, LONGITUDE], finder);
  const numberAt = (at = 0): number => (at === 0 ? Number.NaN : readNumber(data, at));
  /** By packed code: the location if only the country is known. It is cached because there are so many records. */
  const own: Location[] = [];
  for (let i = 1; i < count; i++) {
    const found = find(offsets[i - 1] ?? 0);
    const codeAt = found[0] ?? 0;
    const y = numberAt(found[1]);
    const x = numberAt(found[2]);
    const code = codeAt === 0 ? 0 : readPair(data, codeAt);
    own[code] ??= knownLocation(unpackCountry(code), Number.NaN, Number.NaN);
    const { country: known, point } = own[code];
    if (known !== undefined) country[i] = code;
    if (isPlace(y, x)) {
      latitude[i] = y;
      longitude[i] = x;
    } else if (point !== undefined) {
      latitude[i] = point.latitude;
      longitude[i] = point.longitude;
    }
  }
  return { count, country, latitude, longitude, region: new Uint32Array(count) };
}

/** Reads every AS number of an ASN database, or only those in `only`; the others count as none. Throws DATABASE_INVALID. */
export function scanAsns(path: string, only?: ReadonlySet<number>): AsnScan {
  return scanAsnsOf(readMmdb(path), only);
}

/** The same for a file that has been read. */
export function scanAsnsOf(file: MmdbFile, only?: ReadonlySet<number>): AsnScan {
  const indexes = new Map<number, number>([[0, 0]]);
  const read = asnReader(file.data);
  const tree = scanTree(file, (offset) => {
    const asn = read(offset);
    if (asn === 0 || only?.has(asn) === false) return 0;
    const index = indexes.get(asn) ?? indexes.size;
    indexes.set(asn, index);
    return index;
  });
  return { tree, asns: Uint32Array.from(indexes.keys()) };
}

/** The AS number in each record of an index, after that of nothing; 0 for none. `finder` as for locations. */
export function readAsns(file: MmdbFile, { offsets }: RecordIndex, finder?: FinderMaker): Uint32Array {
  const asns = new Uint32Array(offsets.length + 1);
  const read = asnReader(file.data, finder);
  for (let i = 1; i < asns.length; i++) asns[i] = read(offsets[i - 1] ?? 0);
  return asns;
}

/** A function that returns the AS number in the record at an offset; 0 for none. */
function asnReader(data: DataSection, finder?: FinderMaker): (offset: number) => number {
  const find = pathFinder(data, [AS_NUMBER], finder);
  return (offset) => {
    const at = find(offset)[0] ?? 0;
    const text = at === 0 ? '' : readText(data, at);
    const asn = text === undefined ? readNumber(data, at) : asnOfText(text);
    return isAsn(asn) ? asn : 0;
  };
}
