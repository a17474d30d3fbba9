/**
 * The draw: n different mirrors by systematic sampling over running sums, as somebody asks. One number u, and the members at
 * u, u + UNIT, …, u + (n - 1) × UNIT of the sums: nobody has more than UNIT, so nobody is drawn twice, and each is drawn as
 * often as its part says.
 *
 * u does not come anew for each answer: it walks. Its points lie evenly over the unit, each a golden section of it behind
 * the one before (mod 1), so a hundred answers have the shares already, where chance alone needs many thousands. They are
 * taken in blocks of 64, which cover the unit by themselves, each in a random order, and after some blocks the walk goes on
 * from another random start: so who asks often can't tell which point comes next, nor bring the walk to where it suits him.
 *
 * A row holds its walk, and is in few lines of the cache only if that is small: so a block's order is no list of its points
 * but a key, from which each point's number is worked out as it is taken.
 */
import { below, type Random } from '../platform/random.js';

/** A probability of 1, as an integer. */
export const UNIT = 2 ** 28;
/** The most members in an answer: a word holds the places of so many. */
export const MOST_DRAWN = 8;
/** The golden section of UNIT, odd, so that its multiples are all different. */
const GOLDEN = 0x9e3779b;
/** Points in a block. */
const BLOCK = 64;
/** How often a point's number is stirred, twice with each word of the key. */
const ROUNDS = 4;
/** Points until the next random start: a million, in which one that has a hundred-thousandth comes as often as it should. */
const POINTS = BLOCK << 14;

/** So few sums are gone through one by one. */
const FEW = 16;

/** The words of a walk. */
export const WALK = {
  WORDS: 5,
  /** How many points were taken since its random start. */
  TAKEN: 0,
  /** Where its block starts. */
  START: 1,
  /** The places of an answer in random order, four bits each; they are for the n that the block began with. */
  PLACES: 2,
  /** Two words that say in which order the points of its block come. */
  KEY: 3,
} as const;

/** The next point begins a block, anywhere: the walk is new, or answers have another number of addresses from now on. */
export function startWalk(words: Int32Array, walk: number): void {
  words[walk + WALK.TAKEN] = 0;
}

/** The next point of a walk for answers of `n` addresses, from 0 up to but without UNIT. */
export function nextPoint(words: Int32Array, walk: number, n: number, random: Random): number {
  const taken = words[walk + WALK.TAKEN] ?? 0;
  const index = taken & (BLOCK - 1);
  if (index === 0) startBlock(words, walk, n, random, taken);
  words[walk + WALK.TAKEN] = (taken + 1) & (POINTS - 1);
  let point = index;
  for (let round = 0; round < ROUNDS; round++) {
    // Twelve bits of the key: whatever they are, no two numbers become one.
    const key = (words[walk + WALK.KEY + (round >> 1)] ?? 0) >>> ((round & 1) << 4);
    point = (Math.imul(point, (key >>> 6) | 1) + key) & (BLOCK - 1);
    point ^= point >>> 3;
  }
  return ((words[walk + WALK.START] ?? 0) + Math.imul(point, GOLDEN)) & (UNIT - 1);
}

/** The next block: its start, and the points and places in random orders. */
function startBlock(words: Int32Array, walk: number, n: number, random: Random, taken: number): void {
  words[walk + WALK.START] =
    taken === 0
      ? below(random, UNIT)
      : ((words[walk + WALK.START] ?? 0) + Math.imul(BLOCK, GOLDEN)) & (UNIT - 1);
  words[walk + WALK.KEY] = below(random, 2 ** 32);
  words[walk + WALK.KEY + 1] = below(random, 2 ** 32);
  // Fisher and Yates, from the inside out.
  let places = 0;
  for (let i = 0; i < n; i++) {
    const shift = below(random, i + 1) << 2;
    const there = (places >>> shift) & 0xf;
    places = (places & ~(0xf << shift)) | (there << (i << 2));
    places = (places & ~(0xf << shift)) | (i << shift);
  }
  words[walk + WALK.PLACES] = places;
}

/** How far the places are turned for the last point of a walk: by one more with each point. */
export function turnOf(words: Int32Array, walk: number, n: number): number {
  return (words[walk + WALK.TAKEN] ?? 0) % n;
}

/**
 * The place in the answer, from 0, of the member drawn as number `i` of `n`: a random order, turned on with each point, so
 * that everybody is in each place equally often.
 */
export function placeOf(words: Int32Array, walk: number, i: number, n: number, turn: number): number {
  const place = (((words[walk + WALK.PLACES] ?? 0) >>> (i << 2)) & 0xf) + turn;
  return place < n ? place : place - n;
}

/**
 * The number of the member whose part of the running sums holds `point`: the first whose sum is above it. From `pairs` on in
 * `words` there is each member's sum and a word more. It is none before `from`; the last of the `count` sums, `total`, is
 * above `point`.
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
    // Where all have about the same part it is near there, in a line or two of the cache.
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
  // A guess that fails costs as much as some steps, and here only the last one does.
  while (low < high && sumAt(words, pairs, low) <= point) low++;
  return low;
}

/** Sums go up to 8 × UNIT, which is the sign bit. */
function sumAt(words: Int32Array, pairs: number, member: number): number {
  return (words[pairs + 2 * member] ?? 0) >>> 0;
}
