/**
 * Response rate limiting. A client that asks more than a resolver does, or whose address is forged by an attacker, gets
 * short answers that are useless for an attack. Answers are counted for the client's address and for the networks around it
 * at once, with the sizes and factors of Knot DNS, so that neither one address nor a whole network of them gets many.
 *
 * A network has one number: the time at which all its answers so far would have been due at its rate (the virtual scheduling
 * of ITU-T I.371, annex A). An answer advances that time by one interval; it may be ahead of now by at most a burst. So no
 * counter has to be decremented, and a network whose time has passed is as good as unknown: its place is free. If all places
 * that a network could have are taken, it gets the one that is least ahead; the networks of a flood keep theirs.
 *
 * All workers write to the same table, without locks. A race costs at most an answer too many or too few.
 */
import { type PrefixTree, walk } from '../ip/prefix-tree.js';
import type { Peer } from './peer.js';

/** The rate limit of a server. The table is in shared memory. */
export interface RateLimit {
  /** Two words per place: the hash of a network, 0 if the place was never used; and the time it has reached, in TICKS. */
  readonly table: Int32Array;
  /** Secret, so that an attacker cannot choose addresses that share a place with a victim's. One for each of SIZES. */
  readonly seeds: Int32Array;
  /** How far an answer advances the time of a network, in ticks, for each of SIZES. */
  readonly costs: Int32Array;
  /** Ticks that a network may be ahead of now. */
  readonly burst: number;
  /** One in this many answers over the limit is sent short, the others are dropped; 0: all are dropped. */
  readonly slip: number;
  /** Only count what would be limited. */
  readonly dryRun: boolean;
  /** The networks that are never limited: their leaves are not 0. */
  readonly exempt: PrefixTree;
}

/** The prefix lengths of the networks that are counted, IPv4 and then IPv6. */
export const SIZES = [32, 24, 20, 18, 128, 64, 56, 48, 32] as const;
/** The limit of each network as a multiple of that of one address, as in Knot DNS 3.4 (src/knot/modules/rrl). */
const FACTORS = Float64Array.of(1, 32, 256, 768, 1, 2, 3, 4, 64);
const FIRST_IPV6 = 4;

/** The name of a network of SIZES, by its index. */
export function nameOfNetwork(index: number): string {
  return `${index < FIRST_IPV6 ? 'ipv4' : 'ipv6'}/${SIZES[index]}`;
}

/** Places that one network may have: at two words each they fill a cache line. */
const WAYS = 8;
/** The words of these places, and the bits that number them. */
const SET_WORDS = 2 * WAYS;
const SET_SHIFT = 4;
/** Ticks per millisecond. At the default rate the largest networks have an answer every 107 ticks. */
const TICKS = 4096;
/** Times are 32-bit and wrap around every 17 minutes; a burst may be this much of that. */
const MAX_BURST_SECONDS = 60;
const BITS_IPV4 = 32;
const BITS_IPV6 = 128;

export interface RateLimitTerms {
  /** Answers per second for one address, above 0. */
  readonly rate: number;
  /** Answers that it may have at once: at least 1, and at most what MAX_BURST_SECONDS allow. */
  readonly burst: number;
  readonly slip: number;
  readonly dryRun: boolean;
  readonly exempt: PrefixTree;
  /** The most networks that can be known at the same time; a power of two, at least WAYS. */
  readonly tableSize: number;
}

/** An empty table. `seeds` are as many random words as SIZES has. Throws a RangeError for terms out of range. */
export function newRateLimit(terms: RateLimitTerms, seeds: Int32Array): RateLimit {
  const { rate, burst, slip, dryRun, exempt, tableSize } = terms;
  if (tableSize < WAYS || (tableSize & (tableSize - 1)) !== 0)
    throw new RangeError(`a table of ${tableSize} networks: it must be a power of two from ${WAYS} on`);
  if (burst > rate * MAX_BURST_SECONDS) throw new RangeError(`a burst of ${burst} at ${rate} a second`);
  const interval = (1000 * TICKS) / rate;
  return {
    table: new Int32Array(new SharedArrayBuffer(tableSize * 2 * Int32Array.BYTES_PER_ELEMENT)),
    seeds,
    costs: Int32Array.from(FACTORS, (factor) => Math.max(1, Math.round(interval / factor))),
    burst: Math.round(burst * interval),
    slip,
    dryRun,
    exempt,
  };
}

/** Scratch space of one worker for the client at hand, and the number of answers since its last short one. */
export interface LimitScratch {
  /** By network: its hash, its place in the table, and the time that it has reached. */
  readonly tags: Int32Array;
  readonly places: Int32Array;
  readonly dues: Int32Array;
  slipped: number;
}

export function newLimitScratch(): LimitScratch {
  const words = (): Int32Array => new Int32Array(SIZES.length);
  return { tags: words(), places: words(), dues: words(), slipped: 0 };
}

/**
 * Counts an answer to `peer` at `now`, in monotonic milliseconds. Returns -1 if it may be sent, else the index in SIZES of
 * the network that is over its limit. Then it is not counted, as in Knot DNS: dropped and short answers do not add up.
 */
export function countAnswer(limit: RateLimit, peer: Peer, now: number, scratch: LimitScratch): number {
  const { table, costs, burst, exempt, seeds } = limit;
  const { tags, places, dues } = scratch;
  const { bytes, offset, ipv6 } = peer;
  const root = ipv6 ? exempt.ipv6 : exempt.ipv4;
  if (walk(exempt.nodes, root, bytes, offset, ipv6 ? BITS_IPV6 : BITS_IPV4) >>> 8 !== 0) return -1;
  if (ipv6) hashIPv6(seeds, bytes, offset, tags);
  else hashIPv4(seeds, bytes, offset, tags);
  const first = ipv6 ? FIRST_IPV6 : 0;
  const end = ipv6 ? SIZES.length : FIRST_IPV6;
  const time = (now * TICKS) | 0;
  // No network can be further ahead than this. It only looks so if the network was quiet until the clock wrapped around.
  const most = burst + (costs[first] ?? 0);
  for (let i = first; i < end; i++) {
    const tag = tags[i] ?? 0;
    const set = (tag << SET_SHIFT) & (table.length - 1);
    let place = set;
    while (place < set + SET_WORDS && table[place] !== tag) place += 2;
    if (place === set + SET_WORDS) {
      places[i] = leastAhead(table, set, time, most);
      dues[i] = time;
      continue;
    }
    const due = table[place + 1] ?? 0;
    const ahead = (due - time) | 0;
    places[i] = place;
    dues[i] = ahead > 0 && ahead <= most ? due : time;
    // Half an answer's tolerance, so that rounding does not cost the last answer of a burst.
    if (ahead <= most && ahead + ((costs[i] ?? 0) >> 1) > burst) return i;
  }
  for (let i = first; i < end; i++) {
    const place = places[i] ?? 0;
    table[place] = tags[i] ?? 0;
    table[place + 1] = (dues[i] ?? 0) + (costs[i] ?? 0);
  }
  return -1;
}

/** A place of a set that is free, else that of the network that is least ahead. */
function leastAhead(table: Int32Array, set: number, time: number, most: number): number {
  let least = set;
  let leastTicks = 0x7fff_ffff;
  for (let place = set; place < set + SET_WORDS; place += 2) {
    const ahead = ((table[place + 1] ?? 0) - time) | 0;
    if (ahead <= 0 || ahead > most) return place;
    if (ahead < leastTicks) {
      least = place;
      leastTicks = ahead;
    }
  }
  return least;
}

/** Whether the next answer over the limit is sent short instead of being dropped. */
export function slips(limit: RateLimit, scratch: LimitScratch): boolean {
  if (limit.slip === 0) return false;
  scratch.slipped = scratch.slipped + 1 < limit.slip ? scratch.slipped + 1 : 0;
  return scratch.slipped === 0;
}

function hashIPv4(seeds: Int32Array, bytes: Uint8Array, offset: number, tags: Int32Array): void {
  const address = wordAt(bytes, offset);
  for (let i = 0; i < FIRST_IPV6; i++) {
    const network = address & (-1 << (32 - (SIZES[i] ?? 32)));
    tags[i] = mix(network ^ (seeds[i] ?? 0));
  }
}

/** The hash of each network is an input of the hash of the next longer one inside it. */
function hashIPv6(seeds: Int32Array, bytes: Uint8Array, offset: number, tags: Int32Array): void {
  const second = wordAt(bytes, offset + 4);
  const of32 = mix(wordAt(bytes, offset) ^ (seeds[8] ?? 0));
  const of48 = mix(of32 ^ (second & 0xffff_0000) ^ (seeds[7] ?? 0));
  const of56 = mix(of48 ^ (second & 0xff00) ^ (seeds[6] ?? 0));
  const of64 = mix(of56 ^ (second & 0xff) ^ (seeds[5] ?? 0));
  const of96 = mix(of64 ^ wordAt(bytes, offset + 8));
  tags[4] = mix(of96 ^ wordAt(bytes, offset + 12) ^ (seeds[4] ?? 0));
  tags[5] = of64;
  tags[6] = of56;
  tags[7] = of48;
  tags[8] = of32;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) << 24) |
    ((bytes[at + 1] ?? 0) << 16) |
    ((bytes[at + 2] ?? 0) << 8) |
    (bytes[at + 3] ?? 0)
  );
}

/** MurmurHash3's finalizer: each bit of the word affects each bit of the hash. Never 0, which marks a free place. */
function mix(word: number): number {
  let hash = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash ^= hash >>> 16;
  return hash === 0 ? 1 : hash;
}
