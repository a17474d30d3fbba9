/**
 * What of a standing outlives the process, and how long it is worth anything. A restart that forgot everything would
 * send clients to mirrors known to be dead until each had failed `fall` times again.
 */
import { HOUR_MS } from '../time.js';
import type { Flap } from './flap.js';
import type { ProbeRecord, Standing } from './hysteresis.js';
import { moved } from './moved.js';

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

/** What to store of a standing; undefined where no probe has judged it. */
export function storable(standing: Standing): StoredVerdict | undefined {
  const { verdict, since, cause, lastProbe, flap, returned } = standing;
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
 * The standing that a stored verdict gives, by the steady clock, which says `steady` where the wall clock says `now`;
 * undefined where it is more than an hour old, or that far in the future: then a clock was wrong.
 */
export function recalled(stored: StoredVerdict, now: number, steady: number): Standing | undefined {
  const { at } = stored.lastProbe;
  if (Math.abs(now - at) > WORTH_MS) return undefined;
  // Where the clock was set back a little, the last probe was just now.
  return { ...moved(stored, steady - Math.max(now, at)), streak: 0 };
}

/** What to store of all checks, by the same keys; their moments are `shift` milliseconds later by the wall clock. */
export function storableVerdicts(
  checks: ReadonlyMap<string, { readonly standing: Standing }>,
  shift: number,
): ReadonlyMap<string, StoredVerdict> {
  const verdicts = new Map<string, StoredVerdict>();
  for (const [key, { standing }] of checks) {
    const verdict = storable(standing);
    if (verdict !== undefined) verdicts.set(key, moved(verdict, shift));
  }
  return verdicts;
}
