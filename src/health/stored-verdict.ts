/**
 * What of a state outlives the process, and how long it is worth anything. A restart that forgot everything would
 * send clients to mirrors known to be dead until each had failed `fall` times again.
 */
import { HOUR_MS } from '../platform/time.js';
import type { Flap } from './flap.js';
import type { CheckState, ProbeRecord } from './hysteresis.js';
import { inWallTime } from './wall-time.js';

export interface StoredVerdict {
  readonly verdict: 'up' | 'down';
  /** Milliseconds since 1970 by the wall clock, as all times here. */
  readonly since: number;
  readonly cause?: string;
  /** The last probe that bore on it; its time is the verdict's age. */
  readonly lastProbe: ProbeRecord;
  /** When it came back from being down. */
  readonly returned?: number;
  /** A restart makes nobody steady. */
  readonly flap?: Flap;
}

/** A verdict older than this says nothing of today. */
const WORTH_MS = HOUR_MS;

/** What to store of a state; undefined where no probe has judged it. */
export function toStoredVerdict(state: CheckState): StoredVerdict | undefined {
  const { verdict, since, cause, lastProbe, flap, returned } = state;
  if (verdict === 'unknown' || lastProbe === undefined) return undefined;
  return {
    verdict,
    since,
    lastProbe,
    ...(cause !== undefined && { cause }),
    ...(flap !== undefined && { flap }),
    ...(returned !== undefined && { returned }),
  };
}

/**
 * The state that a stored verdict gives, by the steady clock, which says `steady` where the wall clock says `now`;
 * undefined where it is more than an hour old, or that far in the future: then a clock was wrong.
 */
export function fromStoredVerdict(
  stored: StoredVerdict,
  now: number,
  steady: number,
): CheckState | undefined {
  const { at } = stored.lastProbe;
  if (Math.abs(now - at) > WORTH_MS) return undefined;
  // Where the clock was set back a little, the last probe was just now.
  return { ...inWallTime(stored, steady - Math.max(now, at)), streak: 0 };
}

/** What to store of all checks, by the same keys; their moments are `shift` milliseconds later by the wall clock. */
export function* toStoredVerdicts(
  checks: Iterable<readonly [key: string, check: { readonly state: CheckState }]>,
  shift: number,
): Generator<[key: string, verdict: StoredVerdict], void> {
  for (const [key, { state }] of checks) {
    const verdict = toStoredVerdict(state);
    if (verdict !== undefined) yield [key, inWallTime(verdict, shift)];
  }
}
