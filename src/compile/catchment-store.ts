/**
 * The bands of all catchments of a geography, in two arrays that threads can share: a pool of a thousand mirrors has tens
 * of thousands of catchments, which as objects would take gigabytes and minutes to hand on. Whoever is in no list is in
 * the last band, and costs nothing.
 *
 * A catchment is a list of words: how many bands it has but for the last, how many members they have together, how many
 * candidates are in no band, the tier of the last band + 1 (0: there is none), then tier and size of each band, then the
 * members, then those in no band.
 */
import { type Band, type BandList, bandsOfList, type Tier } from '../select/bands.js';
import { sharedUint32 } from './shared-memory.js';

export interface Catchments {
  /** Of the pool. */
  readonly candidates: number;
  /** Where each catchment's words start; one more for the end of the last. */
  readonly starts: Uint32Array;
  readonly words: Uint32Array;
}

/** Catchments being found. Equal ones, which differ in nothing but the names of tiers, are one. */
export interface CatchmentStore {
  /** The number of the catchment with these bands: that of an equal one that is there, or a new one. */
  add(list: BandList): number;
  /** Those so far, in shared memory. */
  all(): Catchments;
}

const HEAD = 4;
const TIERS: readonly Tier[] = ['network', 'asn', 'country', 'near', 'far'];
const NETWORK = TIERS.indexOf('network');

/** No catchments yet of a pool of so many. */
export function createCatchmentStore(candidates: number): CatchmentStore {
  let words = new Uint32Array(1 << 10);
  let starts = new Uint32Array(1 << 6);
  let length = 0;
  /** The last catchment of each hash, and for each catchment the one before of the same hash, plus 1. */
  const lastOf = new Map<number, number>();
  const before: number[] = [];

  const end = (): number => starts[length] ?? 0;

  /** Writes a list behind all others, where it is no catchment yet. */
  function write({ tiers, sizes, members, rest }: BandList): number {
    const size = HEAD + 2 * tiers.length + members.length;
    const at = end();
    if (at + size > words.length) words = larger(words, at + size);
    const inBands = sizes.reduce((sum, count) => sum + count, 0);
    words[at] = tiers.length;
    words[at + 1] = inBands;
    words[at + 2] = members.length - inBands;
    words[at + 3] = rest === undefined ? 0 : TIERS.indexOf(rest) + 1;
    for (const [i, tier] of tiers.entries()) {
      words[at + HEAD + 2 * i] = TIERS.indexOf(tier);
      words[at + HEAD + 2 * i + 1] = sizes[i] ?? 0;
    }
    words.set(members, at + HEAD + 2 * tiers.length);
    return at + size;
  }

  return {
    all: () => ({
      candidates,
      starts: sharedUint32(starts.subarray(0, length + 1)),
      words: sharedUint32(words.subarray(0, end())),
    }),
    add(list) {
      const at = end();
      const behind = write(list);
      const hash = hashOf(words, at, behind);
      const last = lastOf.get(hash) ?? 0;
      for (let known = last; known > 0; known = before[known - 1] ?? 0) {
        if (isEqual(words, starts[known - 1] ?? 0, starts[known] ?? 0, at, behind)) return known - 1;
      }
      before.push(last);
      length++;
      lastOf.set(hash, length);
      if (length >= starts.length) starts = larger(starts, length + 1);
      starts[length] = behind;
      return length - 1;
    },
  };
}

/** How many they are. */
export function catchmentCount({ starts }: Catchments): number {
  return starts.length - 1;
}

/** The bands of one, by number. */
export function bandsOfCatchment({ candidates, starts, words }: Catchments, number: number): Band[] {
  const at = starts[number] ?? 0;
  const count = words[at] ?? 0;
  const tiers: Tier[] = [];
  const sizes: number[] = [];
  for (let i = 0; i < count; i++) {
    tiers.push(TIERS[words[at + HEAD + 2 * i] ?? 0] ?? 'far');
    sizes.push(words[at + HEAD + 2 * i + 1] ?? 0);
  }
  const rest = words[at + 3] ?? 0;
  const members = words.subarray(at + HEAD + 2 * count, starts[number + 1]);
  return bandsOfList(
    { tiers, sizes, members, ...(rest > 0 && { rest: TIERS[rest - 1] ?? 'far' }) },
    candidates,
  );
}

/** The seats in all bands of a catchment but its last. */
export function listedSeats({ starts, words }: Catchments, number: number): Uint32Array {
  const at = starts[number] ?? 0;
  const first = at + HEAD + 2 * (words[at] ?? 0);
  return words.subarray(first, first + (words[at + 1] ?? 0));
}

/** How many seats each of those bands has. */
export function listedBandSizes(catchments: Catchments, number: number): number[] {
  const { starts, words } = catchments;
  const first = (starts[number] ?? 0) + HEAD + 1;
  return Array.from({ length: listedBands(catchments, number) }, (_, band) => words[first + 2 * band] ?? 0);
}

/** How many bands it has but for the last. */
export function listedBands({ starts, words }: Catchments, number: number): number {
  return words[starts[number] ?? 0] ?? 0;
}

/**
 * Whether one of those flagged is in the first `bands` bands of a catchment. Of its last band that is not known without a
 * look at everybody, so there it is taken to be so.
 */
export function isAmong(
  { starts, words }: Catchments,
  number: number,
  bands: number,
  flags: Uint8Array,
): boolean {
  const at = starts[number] ?? 0;
  const count = words[at] ?? 0;
  if (bands > count) return true;
  let member = at + HEAD + 2 * count;
  let end = member;
  for (let i = 0; i < bands; i++) end += words[at + HEAD + 2 * i + 1] ?? 0;
  for (; member < end; member++) if (flags[words[member] ?? 0] === 1) return true;
  return false;
}

/** What is compared of a word: of tiers only whether they are exclusive, and of the last band's whether it is there. */
function kept(words: Uint32Array, start: number, at: number): number {
  const word = words[at] ?? 0;
  const offset = at - start;
  if (offset === 3) return word > 0 ? 1 : 0;
  const isTier = offset >= HEAD && offset < HEAD + 2 * (words[start] ?? 0) && (offset & 1) === 0;
  return isTier ? (word === NETWORK ? 1 : 0) : word;
}

function isEqual(words: Uint32Array, a: number, aEnd: number, b: number, bEnd: number): boolean {
  if (aEnd - a !== bEnd - b) return false;
  for (let i = 0; i < aEnd - a; i++) if (kept(words, a, a + i) !== kept(words, b, b + i)) return false;
  return true;
}

/** FNV-1a over words instead of octets. */
function hashOf(words: Uint32Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ kept(words, start, at), 0x01000193);
  return hash ^ (hash >>> 15);
}

function larger(array: Uint32Array<ArrayBuffer>, least: number): Uint32Array<ArrayBuffer> {
  const copy = new Uint32Array(Math.max(array.length * 2, least));
  copy.set(array);
  return copy;
}
