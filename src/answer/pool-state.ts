/**
 * The current state of the addresses of a pool: a few words per address in shared memory, which the main thread writes and
 * every worker reads when it answers. A verdict changes only these few words; no table is published for it.
 *
 * There are two copies, and a version whose lowest bit says which copy is current. The writer fills the other copy, then
 * increments the version, then updates the copy that was current until then. A reader reads the version, then the copy, then
 * the version again. If the version is the same, the writer has not begun to change the copy that was read, since it does so
 * only after it has incremented the version. If it differs, the reader may have mixed two states, and it reads again.
 *
 * All accesses are Atomics. They are sequentially consistent (ECMA-262 §29: all threads agree on a single order of them), so
 * no processor may let a reader see the new version before the words that were written ahead of it, or read a word after the
 * version that it reads last. With plain accesses x86 happens to keep that order among stores and among loads; arm64 keeps
 * neither.
 */
import type { AddressState } from '../select/health-view.js';

/** How an address may be used. A mirror has the state of its best address; higher values are better. */
export const ADDRESS_STATE = {
  /** Never. */
  OFF: 0,
  /** Only for a client that has no `DOWN` one either. */
  NEW: 1,
  /** Only for a client that has no `UP` one. */
  DOWN: 2,
  UP: 3,
} as const;

/** The names of these states, by number. */
export const ADDRESS_STATES: readonly AddressState[] = ['off', 'new', 'down', 'up'];

/** The words of an address. */
export const ADDRESS = {
  WORDS: 4,
  /** ADDRESS_STATE in bits 0 and 1; step of slow start from bit 2; its mirror's place in the members' order from bit 8. */
  STATE: 0,
  /** The most seconds that an answer which depends on this address may be cached. */
  TTL: 1,
  /** A factor for its weight and cap while the other members can fill the answer, in units of 1/WHOLE, at least 1. */
  FACTOR: 2,
  /** The version at which one of these last changed. */
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

/** The words before the two copies: one cache line. */
const HEAD = 16;
/** Where the version is. */
const VERSION = 0;
/** The words of a copy before its addresses. */
const COPY = { WORDS: 4, PANIC: 0 } as const;

/** The words of the block of a pool with this many addresses: a whole number of cache lines. */
export function poolStateWords(addresses: number): number {
  const words = HEAD + 2 * (COPY.WORDS + addresses * ADDRESS.WORDS);
  return Math.ceil(words / HEAD) * HEAD;
}

/** The version of the pool whose block is at `block`. */
export function stateVersion(state: Int32Array, block: number): number {
  return Atomics.load(state, block + VERSION);
}

/** Where the words of the first of `addresses` are in the copy that is current at `version`. */
export function addressesAt(block: number, version: number, addresses: number): number {
  return copyAt(block, version, addresses) + COPY.WORDS;
}

function copyAt(block: number, version: number, addresses: number): number {
  return block + HEAD + (version & 1) * (COPY.WORDS + addresses * ADDRESS.WORDS);
}

/** The ADDRESS_STATE in an address's STATE word. */
export function stateOf(word: number): number {
  return word & 3;
}

/** The step of slow start, 1 to 10. */
export function growthStepOf(word: number): number {
  return (word >>> 2) & 0xf;
}

/** The place of its mirror in the members' order, from 0. */
export function rankOf(word: number): number {
  return word >>> 8;
}

/** Sets the state of the address with that number in `words`: see ADDRESS. A `factor` of 1 changes nothing. */
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
 * Makes `words`, which `setAddress` wrote, the state of a pool's addresses: a reader that reads the version after this
 * returns sees it. Only one thread may write. Addresses that did not change keep the version of their last change. `touched`
 * must contain at least the numbers of all addresses that were set since the last call; default: all.
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
  // The copies differ only during a write; otherwise the next write would need to know what this one touched.
  fillCopy(state, to, from, words, panic, touched, next);
}

/** Brings the copy at `to` up to date with `words`. Returns whether that differs from the current copy, at `from`. */
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

/** Writes a word of the copy at `to`. Returns whether it differs from the current copy's. */
function setWord(state: Int32Array, from: number, to: number, offset: number, value: number): boolean {
  if (Atomics.load(state, to + offset) !== value) Atomics.store(state, to + offset, value);
  return Atomics.load(state, from + offset) !== value;
}

/** Whether the pool is in panic. */
export function isInPanic(state: Int32Array, block: number, addresses: number): boolean {
  return Atomics.load(state, copyAt(block, stateVersion(state, block), addresses) + COPY.PANIC) === 1;
}
