/**
 * Whether a database may be used. A cut or forged file often opens, and fails at some address a week later, so before it
 * is swapped in all of it is walked: the search tree, every record with all that is in it, and then a sample of addresses
 * is looked up through maxmind, which must agree with what the scan read.
 */
import type { Family, Location } from '../facts.js';
import { type Address, addressFromBytes, bitsOf } from '../ip/address.js';
import { isLeaf, LEAF, type PrefixTree, walk } from '../ip/prefix-tree.js';
import { below, type Random, seededRandom } from '../random.js';
import { type Database, databaseOf } from './database.js';
import { databaseFault } from './database-fault.js';
import { describeRecords } from './describe-records.js';
import { locationAt } from './location-table.js';
import {
  type DatabaseKind,
  type DatabaseMetadata,
  kindOfType,
  type MmdbFile,
  readMmdb,
  SEPARATOR_BYTES,
} from './mmdb-file.js';
import { weighValue } from './record-weight.js';
import { scanAsnsOf, scanLocationsOf } from './scan.js';

/** What a file must be, apart from sound. */
export interface ExpectedDatabase {
  /** What it is to tell; by default what one of its type is for. */
  readonly kind?: DatabaseKind;
  /** The database_type that it must have, such as GeoLite2-City. */
  readonly edition?: string;
}

/** Addresses looked up of each family. */
const SAMPLES = 300;

/**
 * Verifies the database at `path` and gives its metadata. Takes time in proportion to the file's size, whatever is in it.
 * Throws DATABASE_INVALID that names the file and the fault.
 */
export function verifyDatabase(path: string, expected: ExpectedDatabase = {}): DatabaseMetadata {
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
  const { tree, count, agrees, example } = readAll(file, kind);
  if (count === 0)
    throw databaseFault(
      path,
      `${type} does not name ${NOUNS[kind]}: ${describeRecords(file.data, kind, example)}`,
    );
  const database = databaseOf(file);
  const random = seededRandom(1);
  for (const family of ['ipv4', 'ipv6'] as const) {
    for (let i = 0; i < SAMPLES; i++) {
      const address = sampleAddress(tree, family, random);
      if (!agrees(database, address)) {
        throw databaseFault(path, `damaged, two ways of looking up ${address.text} differ`);
      }
    }
  }
  return file.metadata;
}

const NOUNS: Readonly<Record<DatabaseKind, string>> = { location: 'locations', asn: 'AS numbers' };

/** A whole database as scanned: how many values it knows, and whether a look-up gives what the scan read. */
interface Reading {
  readonly tree: PrefixTree;
  readonly count: number;
  /** Where one of its records is. */
  readonly example: number | undefined;
  agrees(database: Database, address: Address): boolean;
}

function readAll(file: MmdbFile, kind: DatabaseKind): Reading {
  const weights = new Map<number, number>();
  let example: number | undefined;
  const inspect = (offset: number): void => {
    example ??= offset;
    weighValue(file.data, offset, weights);
  };
  if (kind === 'asn') {
    const { tree, asns } = scanAsnsOf(file, undefined, inspect);
    return {
      tree,
      count: asns.length - 1,
      example,
      agrees(database, address) {
        const { value, depth } = find(tree, address);
        const { asn = 0, prefixLength } = database.asnOf(address);
        return asns[value] === asn && depth <= prefixLength;
      },
    };
  }
  const { tree, locations } = scanLocationsOf(file, inspect);
  return {
    tree,
    count: locations.count - 1,
    example,
    agrees(database, address) {
      const { value, depth } = find(tree, address);
      const { location, prefixLength } = database.locate(address);
      return equalLocations(locationAt(locations, value), location) && depth <= prefixLength;
    },
  };
}

function find(tree: PrefixTree, { family, bytes }: Address): { value: number; depth: number } {
  const packed = walk(tree.nodes, tree[family], bytes, 0, bitsOf(family));
  return { value: packed >>> 8, depth: packed & 0xff };
}

function equalLocations(a: Location, b: Location): boolean {
  return (
    a.country === b.country &&
    a.point?.latitude === b.point?.latitude &&
    a.point?.longitude === b.point?.longitude
  );
}

/** A random address, one of which the tree knows something rather than not: most of IPv6 is empty. */
function sampleAddress(tree: PrefixTree, family: Family, random: Random): Address {
  const bytes = new Uint8Array(bitsOf(family) / 8);
  let word = tree[family];
  for (let depth = 0; depth < bitsOf(family); depth++) {
    let side = below(random, 2);
    if (!isLeaf(word)) {
      if (tree.nodes[2 * word + side] === LEAF) side = 1 - side;
      word = tree.nodes[2 * word + side] ?? LEAF;
    }
    bytes[depth >> 3] = (bytes[depth >> 3] ?? 0) | (side << (7 - (depth & 7)));
  }
  return addressFromBytes(bytes);
}
