/**
 * Counters that cost a query nanoseconds and its readers nothing. Each worker has a block of shared memory that it alone
 * writes: with one writer, adding one is a load, an add and a store, no locked instruction and no message, and any thread
 * may read the block while it is written. Blocks begin and end with room that is never used, so that no cache line holds
 * counters of two workers: sharing a line would cost each of them more than the rest of an answer.
 *
 * They are 64-bit floats, which hold whole numbers exactly up to 2^53. An aligned load or store of 64 bits is one access on
 * 64-bit machines. On others a reader may see half of a change, once; the next look is right.
 */
import type { PoolTable } from './table.js';

/**
 * What a worker counts, by index. Each message that it looks at is a query, and comes to an rcode or to silence:
 * QUERIES_IPV4 + QUERIES_IPV6 is the sum of all RCODE, SILENT and LIMITED_DROPPED.
 */
export const TALLY = {
  /** By the client's address. */
  QUERIES_IPV4: 16,
  QUERIES_IPV6: 17,
  /** Well-formed queries with a client subnet (RFC 7871), be it of length 0. */
  WITH_SUBNET: 18,
  /** What no answer is due to: responses, and what is shorter than a header. */
  SILENT: 19,
  /** Answers that say to ask again over TCP. */
  TRUNCATED: 20,
  /** Not looked at: from where nobody asks, larger than any query, or cut from a TCP stream that makes no sense. */
  DROPPED: 21,
  /** Answers that could not be sent, and connections that broke. */
  SEND_ERRORS: 22,
  /** TCP connections: how many there are, how many there were, and those that the server ended, by why. */
  TCP_OPEN: 23,
  TCP_OPENED: 24,
  TCP_IDLE: 25,
  TCP_SLOW: 26,
  TCP_UNREAD: 27,
  TCP_CROWDED: 28,
  TCP_NETWORK_CROWDED: 29,
  /** Queries with a cookie, by what it is worth (RFC 7873 §7.2): a client cookie alone; ours, but no good; good. */
  COOKIE_CLIENT_ONLY: 30,
  COOKIE_INVALID: 31,
  COOKIE_VALID: 32,
  /** Queries that were one too many for their client: answered with TC, or with BADCOOKIE; not answered; answered because
   * limits are only tried. */
  LIMITED_TRUNCATED: 33,
  LIMITED_BADCOOKIE: 34,
  LIMITED_DROPPED: 35,
  LIMITED_TRIED: 36,
  /** The same by which network had too many, in the order of SIZES (rate-limit.ts). */
  LIMITED_NETWORK: 37,
  /** Rows that were worked out, those that gave their place to others, and octets of memory that rows have come to. */
  ROWS_WORKED_OUT: 46,
  ROWS_OVERWRITTEN: 47,
  ROWS_OCTETS: 48,
  /** TLS handshakes: that were made, and made short by a session from before; that came to nothing; that were one too many. */
  TLS_HANDSHAKES: 49,
  TLS_RESUMED: 50,
  TLS_FAILED: 51,
  TLS_REFUSED: 52,
  /** Answers of signed pools: those that were signed, those whose set was, and those with another that was. */
  SETS_SIGNED: 53,
  SETS_KNOWN: 54,
  SETS_STOOD_IN: 55,
  /** Answers by rcode: RCODES words. */
  RCODE: 56,
  WORDS: 96,
} as const;

/** So many rcodes are counted: all up to BADCOOKIE, the highest that is answered. */
export const RCODES = 24;

/** Words that are left free at either end of a block: two cache lines, since processors fetch them in pairs. */
const MARGIN = 16;

/** Blocks have room for so many times the counters, to be used again for another table: nobody collects shared memory. */
const GROWTH = 1.25;

/** The numbers of TALLY, in shared memory. */
export type Tally = Float64Array;

/** How many answers each catchment of each pool was given, how many had each address of the pool, and how many refused. */
export interface Hits {
  readonly block: Float64Array;
  /** By pool, where in the block its counters begin, those of catchments first; those of the next begin where they end. */
  readonly starts: Int32Array;
}

/** What a worker writes, and others read. */
export interface Counters {
  readonly tally: Tally;
  readonly hits: Hits;
  /** One word: the generation that it answers from. It reads none before that any more. */
  readonly adopted: Int32Array;
}

/** Counters of nothing, for a worker that is to answer from these pools. */
export function newCounters(pools: readonly Countable[]): Counters {
  const adopted = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  return { tally: newTally(), hits: newHits(pools), adopted };
}

/** A tally of nothing. */
export function newTally(): Tally {
  return new Float64Array(new SharedArrayBuffer(TALLY.WORDS * Float64Array.BYTES_PER_ELEMENT));
}

/** What of a pool says how many counters it has. */
export type Countable = Pick<PoolTable, 'name' | 'counted' | 'addresses' | 'addressLength'>;

/** How many addresses a pool has in its family. */
export function addressCount({ addresses, addressLength }: Countable): number {
  return addresses.byteLength / addressLength;
}

/** Counters of one worker for the catchments of these pools; in `spare`, which nobody counts in, where they fit. */
export function newHits(pools: readonly Countable[], spare?: Hits['block']): Hits {
  const starts = new Int32Array(pools.length + 1);
  let at = MARGIN;
  starts[0] = at;
  for (const [number, pool] of pools.entries()) {
    at += pool.counted + addressCount(pool) + 1;
    starts[number + 1] = at;
  }
  const words = at + MARGIN;
  if (spare !== undefined && spare.length >= words) return { block: spare.fill(0), starts };
  const octets = Math.ceil(words * GROWTH) * Float64Array.BYTES_PER_ELEMENT;
  return { block: new Float64Array(new SharedArrayBuffer(octets)), starts };
}

/** The counters of one pool, by its number: those of catchments, then those of addresses, then that of refusals. Empty where there is no such pool. */
export function hitsOf({ block, starts }: Hits, number: number): Float64Array {
  return block.subarray(starts[number] ?? 0, starts[number + 1] ?? starts[number] ?? 0);
}

/** Adds one to a counter. */
export function count(counters: Float64Array, index: number): void {
  counters[index] = (counters[index] ?? 0) + 1;
}
