/**
 * Converts the moments of a state to wall time. In memory they are by the steady clock, which is never set, so that
 * spans stay true whatever happens to the wall clock. People and files get wall time, by the clock as it runs now.
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

/** The same state with all moments `ms` milliseconds later. */
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
