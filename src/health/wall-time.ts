/**
 * A state by another clock. In memory its moments are by the clock that is never set, so that spans are true whatever
 * happens to the wall clock; people and files get them by the wall clock as it goes now.
 */
import type { Flap } from './flap.js';
import type { ProbeRecord } from './hysteresis.js';
import type { TargetState } from './watched-targets.js';

interface Moments {
  readonly since: number;
  readonly lastProbe?: ProbeRecord;
  readonly returned?: number;
  readonly heldUntil?: number;
  readonly flap?: Flap;
}

/** The same with all moments `ms` milliseconds later. */
export function inWallTime<S extends Moments>(state: S, ms: number): S {
  const { since, lastProbe, returned, heldUntil, flap } = state;
  return {
    ...state,
    since: since + ms,
    ...(lastProbe !== undefined && { lastProbe: { ...lastProbe, at: lastProbe.at + ms } }),
    ...(returned !== undefined && { returned: returned + ms }),
    ...(heldUntil !== undefined && { heldUntil: heldUntil + ms }),
    ...(flap !== undefined && { flap: movedFlap(flap, ms) }),
  };
}

export function targetInWallTime(watched: TargetState, ms: number): TargetState {
  return {
    ...watched,
    state: inWallTime(watched.state, ms),
    checks: watched.checks.map((check) => ({ ...check, state: inWallTime(check.state, ms) })),
  };
}

function movedFlap({ lapses, falls, level }: Flap, ms: number): Flap {
  const later = (at: number): number => at + ms;
  return { lapses: lapses.map(later), falls: falls.map(later), level };
}
