/**
 * Where each address is, according to a database: the basis for estimates of how many clients are where. By country a City
 * database becomes a tree of some hundred thousand nodes, since adjacent networks of one country are one leaf.
 *
 * Special-purpose addresses are nowhere, whatever a database says: on the Internet at large they belong to nobody.
 */
import { LEAF, leaf, type PrefixTree } from '../ip/prefix-tree.js';
import { SPECIAL_PURPOSE } from '../ip/special-purpose.js';
import { type LocationTable, unpackCountry } from './location-table.js';
import type { MmdbFile } from './mmdb-file.js';
import { indexRecords, type RecordIndex } from './record-index.js';
import { readRegions } from './regions.js';
import { readLocations } from './scan.js';
import { treeOfRecords } from './scan-tree.js';

/** A tree whose leaves are indexes into `codes`, of countries and some subdivisions; the first is undefined: nowhere. */
export interface CountryTree {
  readonly tree: PrefixTree;
  readonly codes: readonly (string | undefined)[];
}

/**
 * Reads the country of every address of a City or Country database. `apart` are codes of subdivisions, such as US-TX, that
 * are distinguished from the rest of their countries. Throws DATABASE_INVALID.
 */
export function readCountries(file: MmdbFile, apart: readonly string[] = []): CountryTree {
  const records = indexRecords(file);
  const { country } = readLocations(file, records);
  const wanted = new Set(apart);
  const regions =
    wanted.size === 0
      ? undefined
      : readRegions(file, records, { continents: false, wantsSubdivision: (code) => wanted.has(code) });
  const codes: (string | undefined)[] = [undefined];
  const numbers = new Map<string | undefined, number>([[undefined, 0]]);
  const words = Int32Array.from(country, (packed, record) => {
    const code = regions?.all[regions.numbers[record] ?? 0]?.subdivision ?? unpackCountry(packed);
    const number = numbers.get(code) ?? codes.push(code) - 1;
    numbers.set(code, number);
    return leaf(number);
  });
  return { tree: placeTree(file, records, words), codes };
}

/** A tree whose leaves are indexes into a table of locations. */
export interface LocationTree {
  readonly tree: PrefixTree;
  readonly locations: LocationTable;
}

/** Reads the location of every address of a City or Country database. Throws DATABASE_INVALID. */
export function readLocationTree(file: MmdbFile): LocationTree {
  const records = indexRecords(file);
  const locations = readLocations(file, records);
  const words = Int32Array.from({ length: locations.count }, (_, location) => leaf(location));
  // Nearly all networks differ from their neighbours.
  return { tree: placeTree(file, records, words, file.metadata.nodeCount >> 1), locations };
}

function placeTree(file: MmdbFile, records: RecordIndex, words: Int32Array, expected?: number): PrefixTree {
  const over = { tree: SPECIAL_PURPOSE, wordAt: () => LEAF };
  const { nodes, ipv4, ipv6 } = treeOfRecords(file, records, words, over, expected);
  return { nodes: new Uint32Array(nodes.words()), ipv4: ipv4 >>> 0, ipv6: ipv6 >>> 0 };
}
