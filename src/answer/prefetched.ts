/** What a worker knows of messages before it answers them: what prefetch.ts writes down, and what of it is asked for. */

/** The words of a guess: a name's octets and how many, its node, its answer, and its pool's number + 1. */
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
 * Of a thousand names three in a hundred share one of 2^15 marks with another, and then each is taken for the other; of 2^13
 * it would be eleven. A cache has no more of them than there are names.
 */
export const FINGERPRINT_BITS = 15;

export interface Prefetched {
  /** GUESS.WORDS words by mark. */
  readonly guesses: Int32Array;
  /**
   * By slot of a batch: where its message's guess is, its client, its pool's number or -1, what `locateNumber` says to the
   * two, and where its row is.
   */
  readonly fingerprints: Int32Array;
  readonly addresses: Int32Array;
  readonly pools: Int32Array;
  readonly located: Int32Array;
  readonly rows: Int32Array;
  /** Meanwhile: what strides lead to, and how deep all is one catchment. */
  readonly words: Int32Array;
  readonly depths: Int32Array;
  /** What was read, kept so that the engine can't find the reading useless and leave it out. */
  seen: number;
}

/** Knows nothing yet of batches of at most `slots` messages. */
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

/** What `locateNumber` says to an address in a pool if that was asked for the message in this slot already, else -1. */
export function prefetchedLocation(
  { pools, addresses, located }: Prefetched,
  slot: number,
  pool: number,
  address: number,
): number {
  return pools[slot] === pool && addresses[slot] === address ? (located[slot] ?? -1) : -1;
}

/** The pools have other location maps from now on. */
export function forgetLocations({ pools }: Prefetched): void {
  pools.fill(-1);
}

/** Names, answers and pools have other places from now on. */
export function forgetGuesses({ guesses }: Prefetched): void {
  guesses.fill(0);
}
