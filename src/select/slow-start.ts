/**
 * Slow start: a mirror that has come back is cold, and perhaps less healthy than it looks. Its weight and its cap grow back
 * in ten steps while the others can fill the answer; weight alone would have no effect on a mirror that is alone in its
 * band. If the others cannot fill the answer, it supplies the rest.
 */

/** The step of a mirror that takes its whole part. */
export const GROWN = 10;

/** The step, 1 to 10, of a mirror that came back `ms` milliseconds ago; slow start takes `slowStart` ms (0: none). */
export function growthAfter(ms: number, slowStart: number): number {
  if (ms < 0 || ms >= slowStart) return GROWN;
  return Math.min(GROWN, 1 + Math.floor((ms * GROWN) / slowStart));
}

/** Milliseconds until the next step; undefined if it is grown. */
export function nextStepIn(ms: number, slowStart: number): number | undefined {
  const growth = growthAfter(ms, slowStart);
  return growth === GROWN ? undefined : Math.max(1, (growth * slowStart) / GROWN - ms);
}
