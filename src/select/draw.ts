/**
 * The draw: n different mirrors by systematic sampling over running sums, for each query. One number u selects the members
 * at u, u + UNIT, …, u + (n - 1) × UNIT of the sums. No member has more than UNIT, so none is drawn twice, and each is drawn
 * as often as its part says.
 *
 * u is not random for each answer: it walks. Its points are spread evenly over the unit, each a golden section of it after
 * the one before (mod 1), so a hundred answers already have the right shares, where independent draws need many thousands.
 * They are taken in blocks of 64, each of which covers the unit, in random order within the block. After some blocks the
 * walk continues from a new random start. So a client that asks often can neither predict the next point nor steer the walk.
 *
 * A row contains its walk, and must be small to take few cache lines. So the order of a block is not stored as a list of its
 * points but as a key, from which the number of each point is computed when it is taken.
 */
import { below, type Random } from '../platform/random.js';

/** A probability of 1, as an integer. */
export const UNIT = 2 ** 28;
/** The most members in an answer: a word holds the places of this many. */
export const MOST_DRAWN = 8;
/** The golden section of UNIT, odd, so that its multiples are all different. */
const GOLDEN = 0x9e3779b;
/** Points in a block. */
const BLOCK = 64;
/** How often a point's number is mixed, twice with each word of the key. */
const ROUNDS = 4;
/** Points until the next random start: a million, enough for a part of a hundred-thousandth to be drawn at its rate. */
const POINTS = BLOCK << 14;

/** Up to this many sums are searched one by one. */
const FEW = 16;

/** The words of a walk. */
export const WALK = {
  WORDS: 5,
  /** How many points have been taken since its random start. */
  TAKEN: 0,
  /** Where its block starts. */
  START: 1,
  /** The places of an answer in random order, four bits each, for the n at the start of the block. */
  PLACES: 2,
  /** Two words that determine the order of the block's points. */
  KEY: 3,
} as const;

/** Makes the next point begin a block, at a random start: the walk is new, or the size of answers changes. */
export function startWalk(words: Int32Array, walk: number): void {
  words[walk + WALK.TAKEN] = 0;
}

/** The next point of a walk for answers of `n` addresses, from 0 up to but excluding UNIT. */
export function nextPoint(words: Int32Array, walk: number, n: number, random: Random): number {
  const taken = words[walk + WALK.TAKEN] ?? 0;
  const index = taken & (BLOCK - 1);
  if (index === 0) startBlock(words, walk, n, random, taken);
  words[walk + WALK.TAKEN] = (taken + 1) & (POINTS - 1);
  let point = index;
  for (let round = 0; round < ROUNDS; round++) {
    // Twelve bits of the key. Whatever they are, the mapping is one to one.
    const key = (words[walk + WALK.KEY + (round >> 1)] ?? 0) >>> ((round & 1) << 4);
    point = (Math.imul(point, (key >>> 6) | 1) + key) & (BLOCK - 1);
    point ^= point >>> 3;
  }
  return ((words[walk + WALK.START] ?? 0) + Math.imul(point, GOLDEN)) & (UNIT - 1);
}

/** Starts the next block: its start, and random orders of its points and places. */
function startBlock(words: Int32Array, walk: number, n: number, random: Random, taken: number): void {
  words[walk + WALK.START] =
    taken === 0
      ? below(random, UNIT)
      : ((words[walk + WALK.START] ?? 0) + Math.imul(BLOCK, GOLDEN)) & (UNIT - 1);
  words[walk + WALK.KEY] = below(random, 2 ** 32);
  words[walk + WALK.KEY + 1] = below(random, 2 ** 32);
  // Fisher-Yates, inside-out.
  let places = 0;
  for (let i = 0; i < n; i++) {
    const shift = below(random, i + 1) << 2;
    const there = (places >>> shift) & 0xf;
    places = (places & ~(0xf << shift)) | (there << (i << 2));
    places = (places & ~(0xf << shift)) | (i << shift);
  }
  words[walk + WALK.PLACES] = places;
}

/** The rotation of the places for the last point of a walk: it grows by one with each point. */
export function turnOf(words: Int32Array, walk: number, n: number): number {
  return (words[walk + WALK.TAKEN] ?? 0) % n;
}

/**
 * The place in the answer, from 0, of the member drawn as number `i` of `n`: a random order, rotated with each point, so
 * that every member is in each place equally often.
 */
export function placeOf(words: Int32Array, walk: number, i: number, n: number, turn: number): number {
  const place = (((words[walk + WALK.PLACES] ?? 0) >>> (i << 2)) & 0xf) + turn;
  return place < n ? place : place - n;
}

/**
 * The number of the member whose part of the running sums contains `point`: the first whose sum is above it. From `pairs`
 * on, `words` has two words per member, the first of them its sum. The search starts at member `from`; the last of the
 * `count` sums, `total`, is above `point`.
 */
export function memberAt(
  words: Int32Array,
  pairs: number,
  from: number,
  count: number,
  point: number,
  total: number,
): number {
  let low = from;
  let high = count - 1;
  if (high - low >= FEW) {
    // If all have about the same part, it is near this guess, within a cache line or two.
    const likely = Math.floor((point / total) * count);
    const below = likely - FEW / 2;
    const above = likely + FEW / 2;
    if (above < high && sumAt(words, pairs, above) > point) high = above;
    if (below > low && sumAt(words, pairs, below) <= point) low = below + 1;
    while (high - low >= FEW) {
      const middle = (low + high) >>> 1;
      if (sumAt(words, pairs, middle) > point) high = middle;
      else low = middle + 1;
    }
  }
  // A mispredicted branch costs as much as several steps, and here only the last step is mispredicted.
  while (low < high && sumAt(words, pairs, low) <= point) low++;
  return low;
}

/** Sums go up to 8 × UNIT, which uses the sign bit. */
function sumAt(words: Int32Array, pairs: number, member: number): number {
  return (words[pairs + 2 * member] ?? 0) >>> 0;
}
