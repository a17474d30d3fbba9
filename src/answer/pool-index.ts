/**
 * What answering reads of the pools, packed close together. A PoolTable refers to other objects, and each of those says
 * where its numbers are: a dozen cache lines before the first number, which with a thousand pools is more than the cache
 * holds. So each worker lays out one line per pool when it adopts a table. Rows, counters and addresses are in memory that
 * all pools share. The tables themselves are read only when a row is worked out.
 */
import { catchmentCount } from './catchments.js';
import { newRowDraft, type RowDraft } from './row-draft.js';
import { type Rows, resetRows } from './rows.js';
import { hasStrides, type StridedMaps, stridedMaps } from './strided-maps.js';
import type { LocationMap, PoolTable } from './table.js';
import { newTail, TAIL_FROM, type Tail } from './tail.js';
import { addressCount, type Hits } from './tally.js';

export interface PoolIndex {
  /** POOL.WORDS words per pool. */
  readonly records: Int32Array;
  /** The pools' location maps, without duplicates. */
  readonly locations: readonly LocationMap[];
  /** The pools whose maps have strides. */
  readonly strided: StridedMaps | undefined;
  /** The addresses of all pools, four octets per word, the first octet in the lowest bits. */
  readonly addresses: Int32Array;
  readonly tables: readonly PoolTable[];
  /** By pool: the text for clients that it refuses. */
  readonly refusalTexts: readonly Uint8Array[];
  /** By pool: its tail, if the pool is a large one. */
  readonly tails: readonly (Tail | undefined)[];
  /** Scratch space to work out a row of any pool. */
  readonly draft: RowDraft;
}

/** The words of a pool's record: one cache line. */
export const POOL = {
  WORDS: 16,
  /** Its index in `locations`. */
  LOCATION: 0,
  /** The row owner that stands for its first catchment. */
  ROWS: 1,
  /** Where its state is. */
  STATE: 2,
  /** Where its part of `addresses` begins, and the octets of one address: 4 or 16. */
  ADDRESSES: 3,
  ADDRESS_LENGTH: 4,
  /** Where this worker's counters of its catchments begin, and how many there are; then where those of addresses begin. */
  HITS: 5,
  COUNTED: 6,
  ADDRESS_HITS: 7,
  /** Where the counter of refusals is. */
  REFUSED_HITS: 8,
  /** Where its scopes and its cells are in StridedMaps; -1: it has none. */
  SCOPES: 9,
  CELLS: 10,
} as const;

const poolLocation = (records: Int32Array, record: number): number => records[record + POOL.LOCATION] ?? 0;
export const poolRows = (records: Int32Array, record: number): number => records[record + POOL.ROWS] ?? 0;
export const poolStateAt = (records: Int32Array, record: number): number => records[record + POOL.STATE] ?? 0;
export const poolAddresses = (records: Int32Array, record: number): number =>
  records[record + POOL.ADDRESSES] ?? 0;
export const poolAddressLength = (records: Int32Array, record: number): number =>
  records[record + POOL.ADDRESS_LENGTH] ?? 0;
export const poolScopes = (records: Int32Array, record: number): number => records[record + POOL.SCOPES] ?? 0;
export const poolCells = (records: Int32Array, record: number): number => records[record + POOL.CELLS] ?? 0;
const poolHits = (records: Int32Array, record: number): number => records[record + POOL.HITS] ?? 0;
const poolCounted = (records: Int32Array, record: number): number => records[record + POOL.COUNTED] ?? 0;
export const poolRefusedHits = (records: Int32Array, record: number): number =>
  records[record + POOL.REFUSED_HITS] ?? 0;
export const poolAddressHits = (records: Int32Array, record: number): number =>
  records[record + POOL.ADDRESS_HITS] ?? 0;

/** An index of pools that count in `hits`, none of which has rows yet. `before` is an index that is no longer read. */
export function indexPools(
  pools: readonly PoolTable[],
  hits: Hits,
  rows: Rows,
  before?: PoolIndex,
): PoolIndex {
  const records = linesFor(pools.length, before?.records);
  const addresses = new Int32Array(pools.reduce((sum, pool) => sum + pool.addresses.byteLength / 4, 0));
  const tables = new Map<Int32Array, number>();
  const locations: LocationMap[] = [];
  // Several pools may share a map, but each map has its own table.
  const locationOf = (pool: LocationMap): number => {
    const { map, ipv6Root, firstLevel, firstLevelBits, cells, uniform, strides, scopes } = pool;
    const known = tables.get(firstLevel);
    if (known !== undefined) return known;
    tables.set(firstLevel, locations.length);
    const location = { map, ipv6Root, firstLevel, firstLevelBits, cells, uniform, strides, scopes };
    return locations.push(location) - 1;
  };
  const strided = stridedMaps(pools);
  let owner = 0;
  let address = 0;
  for (const [number, pool] of pools.entries()) {
    const at = recordOf(number);
    const counters = hits.starts[number] ?? 0;
    records[at + POOL.LOCATION] = locationOf(pool);
    records[at + POOL.ROWS] = owner;
    records[at + POOL.STATE] = pool.stateAt;
    records[at + POOL.ADDRESSES] = address;
    records[at + POOL.ADDRESS_LENGTH] = pool.addressLength;
    records[at + POOL.HITS] = counters;
    records[at + POOL.COUNTED] = pool.counted;
    records[at + POOL.ADDRESS_HITS] = counters + pool.counted;
    records[at + POOL.REFUSED_HITS] = counters + pool.counted + addressCount(pool);
    const isStrided = strided !== undefined && hasStrides(strided, pool);
    records[at + POOL.SCOPES] = isStrided ? pool.scopes.byteOffset : -1;
    records[at + POOL.CELLS] = isStrided ? pool.cells.byteOffset >> 1 : -1;
    owner += catchmentCount(pool.catchments);
    for (let octet = 0; octet < pool.addresses.byteLength; octet += 4)
      addresses[address++] = pool.addresses.getInt32(octet, true);
  }
  resetRows(rows, owner);
  const most = Math.max(0, ...pools.map(({ catchments }) => catchments.candidates));
  const tails = pools.map(({ catchments: { candidates } }) =>
    candidates > TAIL_FROM ? newTail(candidates) : undefined,
  );
  const refusalTexts = pools.map(({ refusalText }) => Buffer.from(refusalText));
  return {
    records,
    locations,
    strided,
    addresses,
    tables: pools,
    refusalTexts,
    tails,
    draft: newRowDraft(most),
  };
}

/** Octets before the first record. */
const APART = 33 * 64;

/**
 * Room for this many records. Every shared array has data in the first lines of a page, and lines at the same place in their
 * pages compete for the cache: with the record of a single pool there, answering took 5 % longer. The memory of the previous
 * index is reused if it is large enough: shared memory is not garbage-collected in time (src/compile/world-memory.ts).
 */
function linesFor(pools: number, before?: Int32Array): Int32Array {
  const words = pools * POOL.WORDS;
  if (before !== undefined && before.length >= words) return before;
  return new Int32Array(new SharedArrayBuffer(APART + words * Int32Array.BYTES_PER_ELEMENT), APART, words);
}

/** Where the record of a pool is, by the pool's number. */
export function recordOf(number: number): number {
  return number * POOL.WORDS;
}

/** A pool's location map. */
export function locationAt({ records, locations }: PoolIndex, record: number): LocationMap | undefined {
  return locations[poolLocation(records, record)];
}

/** Which of a worker's counters counts answers to a catchment. */
export function counterOf({ records }: PoolIndex, record: number, catchment: number): number {
  return poolHits(records, record) + (catchment < poolCounted(records, record) ? catchment : 0);
}
