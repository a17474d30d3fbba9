/**
 * The draw: n different mirrors by systematic sampling over running sums, as somebody asks. One number u, and the members at
 * u, u + UNIT, …, u + (n - 1) × UNIT of the sums: nobody has more than UNIT, so nobody is drawn twice, and each is drawn as
 * often as its part says.
 *
 * u does not come anew for each answer: it walks. Its points lie evenly over the unit, each a golden section of it behind
 * the one before (mod 1), so a hundred answers have the shares already, where chance alone needs many thousands. They are
 * taken in blocks of 64, which cover the unit by themselves, each in a random order, and after some blocks the walk goes on
 * from another random start: so who asks often can't tell which point comes next, nor bring the walk to where it suits him.
 */
import { below, type Random } from '../random.js';

/** A probability of 1, as an integer. */
export const UNIT = 2 ** 28;
/** The golden section of UNIT, odd, so that its multiples are all different. */
const GOLDEN = 0x9e3779b;
/** Points in a block. */
const BLOCK = 64;
/** Blocks until the next random start: a million points, in which one that has a hundred-thousandth comes as often as it should. */
const BLOCKS = 1 << 14;

/** So few sums are gone through one by one. */
const FEW = 16;

/** The words of a walk. */
export const WALK = {
  WORDS: 21,
  /** How many points of its block were taken; BLOCK: the next one begins a block. */
  TAKEN: 0,
  /** Where its block starts, and how many blocks after the random start that is. */
  START: 1,
  BLOCK: 3,
  /** The places of an answer in random order, four bits each; they are for the n that the block began with. */
  PLACES: 2,
  /** How far the places are turned for its last point. */
  TURN: 4,
  /** The numbers of its points in random order, eight bits each. */
  ORDER: 5,
} as const;

/** The next point begins a block: the walk is new, or answers have another number of addresses from now on. */
export function startWalk(words: Int32Array, walk: number): void {
  words[walk + WALK.TAKEN] = BLOCK;
  words[walk + WALK.BLOCK] = BLOCKS;
  words[walk + WALK.TURN] = 0;
}

/** The next point of a walk for answers of `n` addresses, from 0 up to but without UNIT. */
export function nextPoint(words: Int32Array, walk: number, n: number, random: Random): number {
  let taken = words[walk + WALK.TAKEN] ?? 0;
  if (taken >= BLOCK) {
    startBlock(words, walk, n, random);
    taken = 0;
  }
  words[walk + WALK.TAKEN] = taken + 1;
  const turn = (words[walk + WALK.TURN] ?? 0) + 1;
  words[walk + WALK.TURN] = turn < n ? turn : 0;
  const point = ((words[walk + WALK.ORDER + (taken >> 2)] ?? 0) >>> ((taken & 3) << 3)) & 0xff;
  return ((words[walk + WALK.START] ?? 0) + Math.imul(point, GOLDEN)) & (UNIT - 1);
}

/** The next block: its start, and the points and places in random orders (Fisher and Yates, from the inside out). */
function startBlock(words: Int32Array, walk: number, n: number, random: Random): void {
  const block = (words[walk + WALK.BLOCK] ?? 0) + 1;
  const isFresh = block >= BLOCKS;
  words[walk + WALK.BLOCK] = isFresh ? 0 : block;
  words[walk + WALK.START] = isFresh
    ? below(random, UNIT)
    : ((words[walk + WALK.START] ?? 0) + Math.imul(BLOCK, GOLDEN)) & (UNIT - 1);
  for (let i = 0; i < BLOCK; i++) {
    const j = below(random, i + 1);
    setOctet(words, walk + WALK.ORDER, i, octet(words, walk + WALK.ORDER, j));
    setOctet(words, walk + WALK.ORDER, j, i);
  }
  let places = 0;
  for (let i = 0; i < n; i++) {
    const shift = below(random, i + 1) << 2;
    const there = (places >>> shift) & 0xf;
    places = (places & ~(0xf << shift)) | (there << (i << 2));
    places = (places & ~(0xf << shift)) | (i << shift);
  }
  words[walk + WALK.PLACES] = places;
}

function octet(words: Int32Array, at: number, i: number): number {
  return ((words[at + (i >> 2)] ?? 0) >>> ((i & 3) << 3)) & 0xff;
}

function setOctet(words: Int32Array, at: number, i: number, value: number): void {
  const shift = (i & 3) << 3;
  words[at + (i >> 2)] = ((words[at + (i >> 2)] ?? 0) & ~(0xff << shift)) | (value << shift);
}

/**
 * The place in the answer, from 0, of the member drawn as number `i` of `n`: a random order, turned on with each point, so
 * that everybody is in each place equally often.
 */
export function placeOf(words: Int32Array, walk: number, i: number, n: number): number {
  const place = (((words[walk + WALK.PLACES] ?? 0) >>> (i << 2)) & 0xf) + (words[walk + WALK.TURN] ?? 0);
  return place < n ? place : place - n;
}

/**
 * The number of the member whose part of the running sums, from `sums` on in `words`, holds `point`: the first whose sum is
 * above it. It is none before `from`; the last of the `count` sums is above `point`.
 */
export function memberAt(
  words: Int32Array,
  sums: number,
  from: number,
  count: number,
  point: number,
): number {
  let low = from;
  let high = count - 1;
  if (high - low < FEW) {
    // A guess that fails costs as much as some steps, and here only the last one does.
    while (low < high && (words[sums + low] ?? 0) >>> 0 <= point) low++;
    return low;
  }
  while (low < high) {
    const middle = (low + high) >>> 1;
    // Sums go up to 8 × UNIT, which is the sign bit.
    if ((words[sums + middle] ?? 0) >>> 0 > point) high = middle;
    else low = middle + 1;
  }
  return low;
}
