/**
 * Slow start: a mirror that has come back is cold, and perhaps not as well as it looks. Its weight and its cap grow back
 * in ten steps while the others can fill the answer; weight alone would do nothing for one that is alone in its band.
 * Where the others can't, it gives what they lack.
 */

/** A mirror that takes its whole part. */
export const GROWN = 10;

/** The step, 1 to 10, of a mirror that came back `ms` milliseconds ago, of `slowStart` (0: no slow start). */
export function growthAfter(ms: number, slowStart: number): number {
  if (ms < 0 || ms >= slowStart) return GROWN;
  return Math.min(GROWN, 1 + Math.floor((ms * GROWN) / slowStart));
}

/** Milliseconds until the next step; undefined where it is grown. */
export function nextStepIn(ms: number, slowStart: number): number | undefined {
  const growth = growthAfter(ms, slowStart);
  return growth === GROWN ? undefined : Math.max(1, (growth * slowStart) / GROWN - ms);
}
