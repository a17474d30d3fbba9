/**
 * How the addresses of a pool stand at this moment: some words an address in shared memory, which the main thread writes and
 * every worker reads when it answers. A verdict costs these few words; nothing is published for it.
 *
 * There are two copies, and a version whose lowest bit says which of them holds. The writer fills the other copy, then
 * counts the version up, and then brings the one that held until then to the same. A reader reads the version, then the copy, then the version again: while it is the same, nobody
 * has begun to write into the copy that was read, since the writer turns to that one only after it has counted on. If it is
 * another, what was read may be half of one state and half of the next, and it reads again.
 *
 * All of it is read and written by Atomics. They are sequentially consistent (ECMA-262 §29: there is one order of them all
 * that every thread agrees on), so no processor may let a reader see the new version before the words that were written
 * ahead of it, or read a word after the version that it reads last. With plain accesses x86 happens to keep that order among
 * stores and among loads; arm64 keeps neither.
 */
import type { AddressState } from '../select/health-view.js';

/** How an address, or a mirror by its best one, may be used. The best is the highest. */
export const ADDRESS_STATE = {
  /** Never. */
  OFF: 0,
  /** Only for a client that has no `DOWN` one either. */
  NEW: 1,
  /** Only for a client that has no `UP` one. */
  DOWN: 2,
  UP: 3,
} as const;

/** The same as words, by number. */
export const ADDRESS_STATES: readonly AddressState[] = ['off', 'new', 'down', 'up'];

/** The words of an address. */
export const ADDRESS = {
  WORDS: 4,
  /** ADDRESS_STATE, with its step of slow start from bit 2 on, and from bit 8 on the place of its mirror in the members' order. */
  STATE: 0,
  /** Seconds that an answer which it bears on may be kept. */
  TTL: 1,
  /** What its weight and cap are multiplied by while the others can fill the answer, in parts of WHOLE, at least 1. */
  FACTOR: 2,
  /** The version at which one of these changed last. */
  CHANGED: 3,
} as const;

export const addressState = (state: Int32Array, at: number): number =>
  Atomics.load(state, at + ADDRESS.STATE);
export const addressTtl = (state: Int32Array, at: number): number => Atomics.load(state, at + ADDRESS.TTL);
export const addressFactor = (state: Int32Array, at: number): number =>
  Atomics.load(state, at + ADDRESS.FACTOR);
export const addressChanged = (state: Int32Array, at: number): number =>
  Atomics.load(state, at + ADDRESS.CHANGED);

/** A factor of 1. */
export const WHOLE = 2 ** 28;

/** The words before the two copies: one line of the cache. */
const HEAD = 16;
/** Where the version is. */
const VERSION = 0;
/** The words of a copy before its addresses. */
const COPY = { WORDS: 4, PANIC: 0 } as const;

/** The words of the block of a pool with so many addresses: whole lines of the cache. */
export function poolStateWords(addresses: number): number {
  const words = HEAD + 2 * (COPY.WORDS + addresses * ADDRESS.WORDS);
  return Math.ceil(words / HEAD) * HEAD;
}

/** The version of the pool whose block is at `block`. */
export function stateVersion(state: Int32Array, block: number): number {
  return Atomics.load(state, block + VERSION);
}

/** Where the words of the first of `addresses` are in the copy that holds at `version`. */
export function addressesAt(block: number, version: number, addresses: number): number {
  return copyAt(block, version, addresses) + COPY.WORDS;
}

function copyAt(block: number, version: number, addresses: number): number {
  return block + HEAD + (version & 1) * (COPY.WORDS + addresses * ADDRESS.WORDS);
}

/** What an address's STATE says. */
export function stateOf(word: number): number {
  return word & 3;
}

/** 1 to 10. */
export function growthStepOf(word: number): number {
  return (word >>> 2) & 0xf;
}

/** The place of its mirror in the members' order, from 0. */
export function rankOf(word: number): number {
  return word >>> 8;
}

/** Says in `words` how the address with that number is to stand: see ADDRESS; `factor` 1 is for as it is. */
export function setAddress(
  words: Int32Array,
  number: number,
  state: number,
  growth: number,
  rank: number,
  ttl: number,
  factor = 1,
): void {
  const at = number * ADDRESS.WORDS;
  words[at + ADDRESS.STATE] = (rank << 8) | (growth << 2) | state;
  words[at + ADDRESS.TTL] = ttl;
  words[at + ADDRESS.FACTOR] = Math.max(1, Math.round(factor * WHOLE));
}

/**
 * Has the addresses of a pool stand from now on as `words` say, which `setAddress` wrote: whoever reads the version after
 * this returned reads this. Only one thread may write. What is as it was keeps the version at which it changed. `touched`
 * are the numbers of the addresses that were set since the last time, at least; default: all.
 */
export function writePoolState(
  state: Int32Array,
  block: number,
  words: Int32Array,
  panic: boolean,
  touched: readonly number[] = Array.from({ length: words.length / ADDRESS.WORDS }, (_, i) => i),
): void {
  const addresses = words.length / ADDRESS.WORDS;
  const version = Atomics.load(state, block + VERSION);
  const next = (version + 1) | 0;
  const from = copyAt(block, version, addresses);
  const to = copyAt(block, next, addresses);
  if (!fillCopy(state, from, to, words, panic, touched, next)) return;
  Atomics.store(state, block + VERSION, next);
  // The copies differ only while one is written, or the next write would have to know what this one touched.
  fillCopy(state, to, from, words, panic, touched, next);
}

/** Brings a copy to what the words say; gives whether that is another than in the copy that holds, at `from`. */
function fillCopy(
  state: Int32Array,
  from: number,
  to: number,
  words: Int32Array,
  panic: boolean,
  touched: readonly number[],
  version: number,
): boolean {
  let isNew = setWord(state, from, to, COPY.PANIC, panic ? 1 : 0);
  for (const address of touched) {
    const at = address * ADDRESS.WORDS;
    const offset = COPY.WORDS + at;
    let isOther = false;
    for (let word = 0; word < ADDRESS.CHANGED; word++) {
      if (setWord(state, from, to, offset + word, words[at + word] ?? 0)) isOther = true;
    }
    const changed = isOther ? version : addressChanged(state, from + offset);
    setWord(state, from, to, offset + ADDRESS.CHANGED, changed);
    isNew ||= isOther;
  }
  return isNew;
}

/** Writes a word of the copy at `to`; gives whether it is another than in the copy that holds. */
function setWord(state: Int32Array, from: number, to: number, offset: number, value: number): boolean {
  if (Atomics.load(state, to + offset) !== value) Atomics.store(state, to + offset, value);
  return Atomics.load(state, from + offset) !== value;
}

/** Whether the pool is in panic. */
export function isInPanic(state: Int32Array, block: number, addresses: number): boolean {
  return Atomics.load(state, copyAt(block, stateVersion(state, block), addresses) + COPY.PANIC) === 1;
}
