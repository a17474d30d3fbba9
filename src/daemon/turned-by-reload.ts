/**
 * The verdicts that a reload turned without a probe: an address is up as soon as its only failing probe is taken out of its
 * zone file, and no outcome will ever tell. One that is probed differently from now on is unknown, and its next outcome
 * tells more. Pure.
 */
import type { TargetState, VerdictChange } from '../health/watched-targets.js';
import { describeTarget, type Target } from '../probe/target.js';

/** `after` by `targetKey`. */
export function turnedByReload(
  before: Iterable<TargetState>,
  after: Iterable<readonly [key: string, watched: TargetState]>,
): VerdictChange[] {
  const known = new Map(Array.from(before, ({ target, state }) => [placeOf(target), state.verdict]));
  return Array.from(after).flatMap(([key, watched]) => {
    const { verdict } = watched.state;
    const was = known.get(placeOf(watched.target)) ?? verdict;
    if (was === verdict || verdict === 'unknown') return [];
    return { ...watched, key, before: was };
  });
}

/** The same before and after, whatever is asked there. */
export function placeOf(target: Target): string {
  return JSON.stringify(describeTarget(target));
}
