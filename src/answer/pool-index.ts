/**
 * What answering reads of the pools, close together. A PoolTable is an object that refers to six others, and each of those
 * says where its numbers are: a dozen lines of the cache before the first number, and with a thousand pools that is more
 * than the cache holds. So each worker lays out one line a pool for itself when it adopts a table, and has the little that
 * is of one pool only, its cursors and addresses, in memory that all pools share. What is large stays where the compiler
 * put it: the line says which memory that is, and where in it the pool's part begins. Pools that were dealt first are in a
 * few blocks (src/compile/arena.ts), so there are few memories to know. With 1,001 pools that takes a tenth off an answer's
 * time.
 */
import type { Random } from '../random.js';
import { below } from '../random.js';
import { DECK, type LocationMap, type PoolTable } from './table.js';
import type { Hits } from './tally.js';

export interface PoolIndex {
  /** POOL.WORDS words a pool. */
  readonly records: Int32Array;
  /** The pools' location maps, each once. */
  readonly locations: readonly LocationMap[];
  /** The memories that pools have their arrays in, each once: as numbers of 16 bits, and as numbers of 32. */
  readonly halves: readonly Uint16Array[];
  readonly words: readonly Uint32Array[];
  /** The next card of each deck of each pool. */
  readonly cursors: Uint16Array;
  /** The addresses of all pools, four octets a word, the first of them the lowest. */
  readonly addresses: Int32Array;
}

/** The words of a pool's record: one line of the cache. */
export const POOL = {
  WORDS: 16,
  /** Which of `locations` is its. */
  LOCATION: 0,
  /** Which deck each catchment draws from: the memory, and where in it; in `words` if WIDE is 1, else in `halves`. */
  DECK_OF_IN: 1,
  DECK_OF: 2,
  WIDE: 3,
  /** Its decks, in `words`. */
  DECKS_IN: 4,
  DECKS: 5,
  /** Its cards, in `halves`. */
  CARDS_IN: 6,
  CARDS: 7,
  /** Where its part of `cursors` begins. */
  CURSORS: 8,
  /** The same of `addresses`, and octets of one of them: 4 or 16. */
  ADDRESSES: 9,
  ADDRESS_LENGTH: 10,
  /** The same of its worker's counters, and how many there are. */
  HITS: 11,
  COUNTED: 12,
} as const;

/** Some pools and their index. */
export interface IndexedPools {
  readonly pools: readonly PoolTable[];
  readonly index: PoolIndex;
}

/**
 * An index of pools that count in `hits`. Those whose decks are the same as `before` go on with them. Each pool has cursors
 * of its own even where two share their decks: a client asks for A and AAAA in turn, and with one cursor each would see
 * every other card only.
 */
export function indexPools(
  pools: readonly PoolTable[],
  hits: Hits,
  random: Random,
  before?: IndexedPools,
): PoolIndex {
  const records = linesFor(pools.length);
  const cursors = new Uint16Array(pools.reduce((sum, { decks }) => sum + decks.length / DECK.WORDS, 0));
  const addresses = new Int32Array(pools.reduce((sum, pool) => sum + pool.addresses.byteLength / 4, 0));
  const maps = new Map<Int32Array, number>();
  const locations: LocationMap[] = [];
  const memories = new Map<ArrayBufferLike, number>();
  const locationOf = ({ map, ipv6Root, jump, jumpBits }: LocationMap): number => {
    const known = maps.get(map);
    if (known !== undefined) return known;
    maps.set(map, locations.length);
    return locations.push({ map, ipv6Root, jump, jumpBits }) - 1;
  };
  const memoryOf = ({ buffer }: Uint16Array | Uint32Array): number => {
    const number = memories.get(buffer) ?? memories.size;
    memories.set(buffer, number);
    return number;
  };
  let cursor = 0;
  let address = 0;
  for (let number = 0; number < pools.length; number++) {
    const pool = pools[number];
    if (pool === undefined) continue;
    const { deckOf, decks, cards, addressLength, counted } = pool;
    const at = recordOf(number);
    records[at + POOL.LOCATION] = locationOf(pool);
    records[at + POOL.DECK_OF_IN] = memoryOf(deckOf);
    records[at + POOL.DECK_OF] = placeOf(deckOf);
    records[at + POOL.WIDE] = deckOf instanceof Uint32Array ? 1 : 0;
    records[at + POOL.DECKS_IN] = memoryOf(decks);
    records[at + POOL.DECKS] = placeOf(decks);
    records[at + POOL.CARDS_IN] = memoryOf(cards);
    records[at + POOL.CARDS] = placeOf(cards);
    records[at + POOL.CURSORS] = cursor;
    records[at + POOL.ADDRESSES] = address;
    records[at + POOL.ADDRESS_LENGTH] = addressLength;
    records[at + POOL.HITS] = hits.starts[number] ?? 0;
    records[at + POOL.COUNTED] = counted;
    const end = cursor + decks.length / DECK.WORDS;
    if (before?.pools[number]?.decks === decks) {
      const kept = before.index.records[at + POOL.CURSORS] ?? 0;
      cursors.set(before.index.cursors.subarray(kept, kept + end - cursor), cursor);
    } else {
      // Each worker starts each deck at a random card, so that workers do not answer in step.
      for (let i = cursor, deck = 0; i < end; i++, deck += DECK.WORDS)
        cursors[i] = below(random, decks[deck + DECK.CARDS] ?? 1);
    }
    cursor = end;
    for (let octet = 0; octet < pool.addresses.byteLength; octet += 4)
      addresses[address++] = pool.addresses.getInt32(octet, true);
  }
  const buffers = [...memories.keys()];
  return {
    records,
    locations,
    halves: buffers.map((buffer) => new Uint16Array(buffer, 0, buffer.byteLength >> 1)),
    words: buffers.map((buffer) => new Uint32Array(buffer, 0, buffer.byteLength >> 2)),
    cursors,
    addresses,
  };
}

/** Octets before the first record, which is then at the start of a line. */
const APART = 33 * 64;

/**
 * Room for so many records. Shared memory begins at the start of a page, and other memory in the middle of a line. But in a
 * page's first lines there is something of each shared array, and lines at the same place in their pages compete: with a
 * single pool there, answering it took 5 % longer.
 */
function linesFor(pools: number): Int32Array {
  const words = pools * POOL.WORDS;
  return new Int32Array(new SharedArrayBuffer(APART + words * Int32Array.BYTES_PER_ELEMENT), APART, words);
}

/** Where in its memory an array begins. */
function placeOf({ byteOffset, BYTES_PER_ELEMENT }: Uint16Array | Uint32Array): number {
  return byteOffset / BYTES_PER_ELEMENT;
}

/** Where the record of a pool is, by the pool's number. */
export function recordOf(number: number): number {
  return number * POOL.WORDS;
}

/** A pool's location map. */
export function locationAt({ records, locations }: PoolIndex, record: number): LocationMap | undefined {
  return locations[records[record + POOL.LOCATION] ?? 0];
}

/** The number of the deck that a catchment draws from. */
export function deckOf({ records, halves, words }: PoolIndex, record: number, catchment: number): number {
  const memory = records[record + POOL.DECK_OF_IN] ?? 0;
  const at = (records[record + POOL.DECK_OF] ?? 0) + catchment;
  return (records[record + POOL.WIDE] === 0 ? halves[memory]?.[at] : words[memory]?.[at]) ?? 0;
}

/** The memory that a pool's decks are in. */
export function decksMemory({ records, words }: PoolIndex, record: number): Uint32Array {
  return words[records[record + POOL.DECKS_IN] ?? 0] ?? NO_DECKS;
}

const NO_DECKS = new Uint32Array(0);

/** Where in that memory a deck's words are. */
export function deckAt({ records }: PoolIndex, record: number, deck: number): number {
  return (records[record + POOL.DECKS] ?? 0) + deck * DECK.WORDS;
}

/** Which of a worker's counters counts answers to a catchment. */
export function counterOf({ records }: PoolIndex, record: number, catchment: number): number {
  return (
    (records[record + POOL.HITS] ?? 0) + (catchment < (records[record + POOL.COUNTED] ?? 0) ? catchment : 0)
  );
}
