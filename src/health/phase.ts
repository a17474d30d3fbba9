/**
 * Where in its interval a check is probed, so that a thousand of them are an even trickle and not a burst. Multiples of
 * the golden ratio fill a circle as evenly as can be, for every number of them (Knuth, The Art of Computer Programming
 * 6.4: the three-distance theorem).
 */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** The fraction of its interval, above 0 and at most 1, that the check with this number waits after its first probe. */
export function phaseOf(number: number): number {
  return 1 - ((number * GOLDEN) % 1);
}
