/**
 * Counters that cost a query nanoseconds, and nothing when they are read. Each worker has a block of shared memory that it
 * alone writes. With one writer an increment is a load, an add and a store, without a locked instruction or a message, and
 * any thread may read the block at any time. Blocks begin and end with unused room, so that no cache line holds counters of
 * two workers: sharing a line would cost each of them more than the rest of an answer.
 *
 * They are 64-bit floats, which hold whole numbers exactly up to 2^53. An aligned load or store of 64 bits is one access on
 * 64-bit machines. On others a reader may once see half of a change; the next read is correct.
 */
import type { PoolTable } from './table.js';

/**
 * What a worker counts, by index. Each message that it looks at is a query, and results in an rcode or in no answer:
 * QUERIES_IPV4 + QUERIES_IPV6 is the sum of all RCODE, SILENT and LIMITED_DROPPED.
 */
export const TALLY = {
  /** By the client's address. */
  QUERIES_IPV4: 16,
  QUERIES_IPV6: 17,
  /** Well-formed queries with a client subnet (RFC 7871), even of length 0. */
  WITH_SUBNET: 18,
  /** Messages that get no answer: responses, and messages shorter than a header. */
  SILENT: 19,
  /** Answers that tell the client to ask again over TCP. */
  TRUNCATED: 20,
  /** Not parsed: from an impossible source, larger than any query, or from a TCP stream that makes no sense. */
  DROPPED: 21,
  /** Answers that could not be sent, and connections that broke. */
  SEND_ERRORS: 22,
  /** TCP connections: now open, opened in total, and those that the server closed, by reason. */
  TCP_OPEN: 23,
  TCP_OPENED: 24,
  TCP_IDLE: 25,
  TCP_SLOW: 26,
  TCP_UNREAD: 27,
  TCP_CROWDED: 28,
  TCP_NETWORK_CROWDED: 29,
  /** Queries with a cookie, by its worth (RFC 7873 §7.2): a client cookie only; a server cookie that is invalid; valid. */
  COOKIE_CLIENT_ONLY: 30,
  COOKIE_INVALID: 31,
  COOKIE_VALID: 32,
  /**
   * Queries over their client's limit: answered with TC; answered with BADCOOKIE; dropped; answered in full because the
   * limit is a dry run.
   */
  LIMITED_TRUNCATED: 33,
  LIMITED_BADCOOKIE: 34,
  LIMITED_DROPPED: 35,
  LIMITED_TRIED: 36,
  /** The same by the network that was over its limit, in the order of SIZES (rate-limit.ts). */
  LIMITED_NETWORK: 37,
  /** Rows that were worked out; rows that were overwritten; octets of memory that rows have been written to. */
  ROWS_WORKED_OUT: 46,
  ROWS_OVERWRITTEN: 47,
  ROWS_OCTETS: 48,
  /** TLS handshakes: completed; of these, resumed from a previous session; failed; refused because there were too many. */
  TLS_HANDSHAKES: 49,
  TLS_RESUMED: 50,
  TLS_FAILED: 51,
  TLS_REFUSED: 52,
  /** Answers of signed pools, by set: signed for it; already signed; replaced by another that was signed. */
  SETS_SIGNED: 53,
  SETS_KNOWN: 54,
  SETS_STOOD_IN: 55,
  /** Answers by rcode: RCODES words. */
  RCODE: 56,
  WORDS: 96,
} as const;

/** How many rcodes are counted: up to BADCOOKIE, the highest that is used. */
export const RCODES = 24;

/** Words that are left free at either end of a block: two cache lines, since processors fetch them in pairs. */
const MARGIN = 16;

/** Blocks have spare room by this factor, to be reused for another table: shared memory is not garbage-collected in time. */
const GROWTH = 1.25;

/** The numbers of TALLY, in shared memory. */
export type Tally = Float64Array;

/** By pool: how many answers each catchment got, how many contained each address, and how many were refusals. */
export interface Hits {
  readonly block: Float64Array;
  /** By pool: where its counters begin in the block, catchments first. They end where those of the next pool begin. */
  readonly starts: Int32Array;
}

/** What a worker writes and other threads read. */
export interface Counters {
  readonly tally: Tally;
  readonly hits: Hits;
  /** One word: the generation that it answers from. It no longer reads any older one. */
  readonly adopted: Int32Array;
}

/** Counters at 0, for a worker that answers from these pools. */
export function newCounters(pools: readonly Countable[]): Counters {
  const adopted = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  return { tally: newTally(), hits: newHits(pools), adopted };
}

/** A tally at 0. */
export function newTally(): Tally {
  return new Float64Array(new SharedArrayBuffer(TALLY.WORDS * Float64Array.BYTES_PER_ELEMENT));
}

/** The part of a pool that says how many counters it has. */
export type Countable = Pick<PoolTable, 'name' | 'counted' | 'addresses' | 'addressLength'>;

/** How many addresses a pool has in its family. */
export function addressCount({ addresses, addressLength }: Countable): number {
  return addresses.byteLength / addressLength;
}

/** Counters of one worker for these pools, in `spare` if they fit; no worker may count in `spare` any more. */
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

/**
 * The counters of one pool, by its number: those of catchments, then those of addresses, then that of refusals. Empty if
 * there is no such pool.
 */
export function hitsOf({ block, starts }: Hits, number: number): Float64Array {
  return block.subarray(starts[number] ?? 0, starts[number + 1] ?? starts[number] ?? 0);
}

/** Adds one to a counter. */
export function count(counters: Float64Array, index: number): void {
  counters[index] = (counters[index] ?? 0) + 1;
}
