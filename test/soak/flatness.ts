/**
 * Whether something stays as it was: readings of a process, one after each change, of which the first ones are its warming
 * up. What grows for good is above all of those at the end; what rises and falls is not. Pure.
 */

/** Readings at the end. */
const LAST = 3;

export interface Course {
  /** The highest while it warmed up. */
  readonly warm: number;
  /** The lowest of the last ones. */
  readonly end: number;
  /** How much it grew by; 0 where it did not, or where there are too few readings to tell. */
  readonly growth: number;
}

/** The first `warming` readings, but at least a third of all, are those of warming up. */
export function courseOf(readings: readonly number[], warming: number): Course {
  const warmed = Math.max(1, warming, Math.floor(readings.length / 3));
  const warm = Math.max(...readings.slice(0, warmed));
  const end = Math.min(...readings.slice(-LAST));
  return { warm, end, growth: readings.length < warmed + LAST ? 0 : Math.max(0, end - warm) };
}
