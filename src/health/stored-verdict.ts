/**
 * The part of a check's state that outlives the process, and how long it is worth using. A restart that forgot
 * everything would send clients to mirrors known to be dead until each had failed `fall` times again.
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
  /** The last probe that counted; its time is the verdict's age. */
  readonly lastProbe: ProbeRecord;
  /** When it came back from being down. */
  readonly returned?: number;
  /** Stored, so that a restart does not make a flapping mirror look steady. */
  readonly flap?: Flap;
}

/** A verdict older than this says nothing about the present. */
const WORTH_MS = HOUR_MS;

/** The part of a state to store; undefined if no probe has judged it. */
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
 * The state that a stored verdict stands for, by the steady clock, which reads `steady` when the wall clock reads
 * `now`. Undefined if the verdict is over an hour old, or that far in the future: then a clock was wrong.
 */
export function fromStoredVerdict(
  stored: StoredVerdict,
  now: number,
  steady: number,
): CheckState | undefined {
  const { at } = stored.lastProbe;
  if (Math.abs(now - at) > WORTH_MS) return undefined;
  // If the clock was set back a little, the last probe counts as made just now.
  return { ...inWallTime(stored, steady - Math.max(now, at)), streak: 0 };
}

/** The verdicts to store, under the keys of the checks. `shift` milliseconds turn their moments into wall time. */
export function* toStoredVerdicts(
  checks: Iterable<readonly [key: string, check: { readonly state: CheckState }]>,
  shift: number,
): Generator<[key: string, verdict: StoredVerdict], void> {
  for (const [key, { state }] of checks) {
    const verdict = toStoredVerdict(state);
    if (verdict !== undefined) yield [key, inWallTime(verdict, shift)];
  }
}
