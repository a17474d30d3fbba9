/** What a worker knows of messages before it answers them: what prefetch.ts writes, and lookups in it. */

/** The words of a guess: the offset and length of a name, its node, its answer, and its pool's number + 1. */
export const GUESS = { WORDS: 8, NAME: 0, NAME_LENGTH: 1, NODE: 2, ANSWER: 3, POOL: 4 } as const;

export const guessName = (guesses: Int32Array, fingerprint: number): number =>
  guesses[fingerprint + GUESS.NAME] ?? 0;
export const guessNameLength = (guesses: Int32Array, fingerprint: number): number =>
  guesses[fingerprint + GUESS.NAME_LENGTH] ?? 0;
export const guessNode = (guesses: Int32Array, fingerprint: number): number =>
  guesses[fingerprint + GUESS.NODE] ?? 0;
export const guessAnswer = (guesses: Int32Array, fingerprint: number): number =>
  guesses[fingerprint + GUESS.ANSWER] ?? 0;
export const guessPool = (guesses: Int32Array, fingerprint: number): number =>
  guesses[fingerprint + GUESS.POOL] ?? 0;

/**
 * Of a thousand names, three in a hundred share one of 2^15 fingerprints with another name, and then are mistaken for each
 * other; with 2^13 it would be eleven. More fingerprints do not take more of the cache: it holds only those in use.
 */
export const FINGERPRINT_BITS = 15;

export interface Prefetched {
  /** GUESS.WORDS words per fingerprint. */
  readonly guesses: Int32Array;
  /**
   * By slot of a batch: the place of its message's guess, its client's address, its pool's number or -1, the result of
   * `locateNumber` for these two, and where its row is.
   */
  readonly fingerprints: Int32Array;
  readonly addresses: Int32Array;
  readonly pools: Int32Array;
  readonly located: Int32Array;
  readonly rows: Int32Array;
  /** Intermediate results: the words that strides lead to, and the depth from which on everything is in one catchment. */
  readonly words: Int32Array;
  readonly depths: Int32Array;
  /** A digest of what was read, kept so that the engine cannot optimize the reads away. */
  seen: number;
}

/** An empty one, for batches of at most `slots` messages. */
export function newPrefetched(slots: number): Prefetched {
  const bySlot = (): Int32Array => new Int32Array(slots);
  return {
    guesses: new Int32Array(GUESS.WORDS << FINGERPRINT_BITS),
    fingerprints: bySlot(),
    addresses: bySlot(),
    pools: bySlot().fill(-1),
    located: bySlot(),
    rows: bySlot(),
    words: bySlot(),
    depths: bySlot(),
    seen: 0,
  };
}

/** The result of `locateNumber` for this address and pool if it is known for the message in this slot, else -1. */
export function prefetchedLocation(
  { pools, addresses, located }: Prefetched,
  slot: number,
  pool: number,
  address: number,
): number {
  return pools[slot] === pool && addresses[slot] === address ? (located[slot] ?? -1) : -1;
}

/** To be called when the pools get other location maps. */
export function forgetLocations({ pools }: Prefetched): void {
  pools.fill(-1);
}

/** To be called when names, answers and pools move to other places. */
export function forgetGuesses({ guesses }: Prefetched): void {
  guesses.fill(0);
}
