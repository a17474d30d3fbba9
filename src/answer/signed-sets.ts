/**
 * The signed sets that a worker remembers: the addresses of a pool's answer, and the signature over them. Signing takes
 * about five times as long as the rest of an answer, and the same few sets are drawn again and again.
 *
 * They are in one block of memory, filled like a log and then again from the start, so that the oldest sets go first and
 * there is no garbage collection. A set that is used shortly before it would be overwritten is copied to the front. So a
 * client that asks with random subnets causes sets that are never used again, and the sets of others stay.
 *
 * A place in the log is two words: the offset, and the round in which it was written. Once a later round has passed it,
 * there is nothing left to read. Sets with the same hash are in a list, the newest first, so if one was overwritten, all
 * after it were too.
 */

/** The words of a set. */
export const SET = {
  /** The number of its signer (pool-signers.ts), and when the signature expires. */
  SIGNER: 0,
  EXPIRATION: 1,
  /** How many addresses it has, and how many words these take in total. */
  N: 2,
  ADDRESS_WORDS: 3,
  /** The adoption, which is the table in which the numbers of its addresses are valid. */
  ADOPTION: 4,
  /** The place of the next older one with this hash. */
  OLDER: 5,
  OLDER_ROUND: 6,
  SIGNATURE: 7,
  /** The addresses in the order in which they were drawn, as words of memory; then their numbers. */
  ADDRESSES: 23,
} as const;

/** Octets of a signature, the same for ECDSA P-256 (RFC 6605 §4) and Ed25519 (RFC 8080 §4). */
export const SIGNATURE_LENGTH = 64;

export const setN = (words: Int32Array, set: number): number => words[set + SET.N] ?? 0;
const setAddressWords = (words: Int32Array, set: number): number => words[set + SET.ADDRESS_WORDS] ?? 0;

/** Whether its numbers are those of the table that was adopted last. */
export function isNumbered({ words, adoption }: SignedSets, set: number): boolean {
  return words[set + SET.ADOPTION] === adoption;
}

/** Where its numbers are. */
export function numbersAt(words: Int32Array, set: number): number {
  return set + SET.ADDRESSES + setAddressWords(words, set);
}

/** The number in the pool of one of its addresses. */
export function setNumber(words: Int32Array, set: number, i: number): number {
  return words[numbersAt(words, set) + i] ?? 0;
}

export interface SignedSets {
  readonly words: Int32Array;
  /** By hash: the place of the newest set. */
  readonly slots: Int32Array;
  /** Where the next set goes. */
  next: number;
  round: number;
  /** Counts the tables that were adopted. */
  adoption: number;
}

/** A set that is looked for. */
export interface WantedSet {
  signer: number;
  /** As a signed number of 32 bits. */
  expiration: number;
  n: number;
  addressWords: number;
  /** In the order in which they were drawn, with room for the most. */
  readonly addresses: Int32Array;
  readonly numbers: Int32Array;
}

/** Octets of a worker's signed sets. */
const SETS_OCTETS = 7 << 20;
/** One slot per this many words, which is fewer than a set has. */
const SLOT_WORDS = 16;
/** A set that will be overwritten within this part of the memory is copied when it is used. */
const SOON = 1 / 4;

/** Memory of this many octets, and at most an eighth of that for the slots; the system allocates it only as it is used. */
export function newSignedSets(octets = SETS_OCTETS): SignedSets {
  const length = octets >> 2;
  const slots = 2 ** Math.floor(Math.log2(length / SLOT_WORDS));
  return {
    words: new Int32Array(length),
    slots: new Int32Array(2 * slots),
    next: 0,
    // No set was written in round 0 or in the round before this one.
    round: 2,
    adoption: 0,
  };
}

/** Whether what was written at a place is still there. */
export function isThere({ next, round }: SignedSets, at: number, inRound: number): boolean {
  return inRound === round || (inRound === round - 1 && at >= next);
}

/** The round of a set that is still there. */
export function roundOf({ next, round }: SignedSets, set: number): number {
  return set < next ? round : round - 1;
}

/** Where a set is; -1: it is not known. */
export function findSet(sets: SignedSets, wanted: WantedSet): number {
  const { words, slots } = sets;
  const slot = slotOf(sets, wanted);
  let set = slots[slot] ?? 0;
  let round = slots[slot + 1] ?? 0;
  while (isThere(sets, set, round)) {
    if (isSame(words, set, wanted)) return isOld(sets, set) ? renew(sets, set, slot) : set;
    round = words[set + SET.OLDER_ROUND] ?? 0;
    set = words[set + SET.OLDER] ?? 0;
  }
  return -1;
}

/** Remembers a set with its signature. Returns where it is. */
export function addSet(sets: SignedSets, wanted: WantedSet, signature: Uint8Array): number {
  const { signer, expiration, n, addressWords, addresses, numbers } = wanted;
  const { words } = sets;
  const set = place(sets, SET.ADDRESSES + addressWords + n, slotOf(sets, wanted));
  words[set + SET.SIGNER] = signer;
  words[set + SET.EXPIRATION] = expiration;
  words[set + SET.N] = n;
  words[set + SET.ADDRESS_WORDS] = addressWords;
  words[set + SET.ADOPTION] = sets.adoption;
  for (let i = 0; i < SIGNATURE_LENGTH / 4; i++)
    words[set + SET.SIGNATURE + i] =
      ((signature[4 * i] ?? 0) << 24) |
      ((signature[4 * i + 1] ?? 0) << 16) |
      ((signature[4 * i + 2] ?? 0) << 8) |
      (signature[4 * i + 3] ?? 0);
  for (let i = 0; i < addressWords; i++) words[set + SET.ADDRESSES + i] = addresses[i] ?? 0;
  for (let i = 0; i < n; i++) words[set + SET.ADDRESSES + addressWords + i] = numbers[i] ?? 0;
  return set;
}

/** Updates the numbers of a set's addresses to those in the table that was adopted last. */
export function numberSet({ words, adoption }: SignedSets, set: number, { numbers }: WantedSet): void {
  words[set + SET.ADOPTION] = adoption;
  const first = numbersAt(words, set);
  for (let i = 0; i < setN(words, set); i++) words[first + i] = numbers[i] ?? 0;
}

/** Whether it is a set of these addresses, by this signer, with this expiration. */
function isSame(words: Int32Array, set: number, wanted: WantedSet): boolean {
  if (!isOf(words, set, wanted)) return false;
  const { addressWords, addresses } = wanted;
  for (let i = 0; i < addressWords; i++) {
    if (words[set + SET.ADDRESSES + i] !== addresses[i]) return false;
  }
  return true;
}

/** Whether it is a set of as many addresses, by this signer, with this expiration. */
export function isOf(
  words: Int32Array,
  set: number,
  { signer, expiration, n, addressWords }: WantedSet,
): boolean {
  return (
    words[set + SET.SIGNER] === signer &&
    words[set + SET.EXPIRATION] === expiration &&
    setN(words, set) === n &&
    setAddressWords(words, set) === addressWords
  );
}

/** The slot of a set. */
function slotOf({ slots }: SignedSets, { signer, expiration, addressWords, addresses }: WantedSet): number {
  let hash = Math.imul(signer, 0x85ebca6b) ^ expiration;
  for (let i = 0; i < addressWords; i++) {
    hash = Math.imul(hash ^ (addresses[i] ?? 0), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) << 1) & (slots.length - 1);
}

/** Room for a set of this many words, which becomes the newest in its slot. */
function place(sets: SignedSets, length: number, slot: number): number {
  const { words, slots } = sets;
  if (sets.next + length > words.length) {
    sets.next = 0;
    sets.round++;
  }
  const set = sets.next;
  sets.next += length;
  words[set + SET.OLDER] = slots[slot] ?? 0;
  words[set + SET.OLDER_ROUND] = slots[slot + 1] ?? 0;
  slots[slot] = set;
  slots[slot + 1] = sets.round;
  return set;
}

/** Whether a set will be overwritten soon. */
export function isOld({ words, next }: SignedSets, set: number): boolean {
  const ahead = set >= next ? set - next : set - next + words.length;
  return ahead < words.length * SOON;
}

/** Copies a set to the front and returns where it is. A set that would be overwritten next stays where it is. */
function renew(sets: SignedSets, set: number, slot: number): number {
  const { words, next } = sets;
  const length = SET.ADDRESSES + setAddressWords(words, set) + setN(words, set);
  if (set >= next && set - next < length) return set;
  const copy = place(sets, length, slot);
  const older = words[copy + SET.OLDER] ?? 0;
  const round = words[copy + SET.OLDER_ROUND] ?? 0;
  words.copyWithin(copy, set, set + length);
  words[copy + SET.OLDER] = older;
  words[copy + SET.OLDER_ROUND] = round;
  return copy;
}
