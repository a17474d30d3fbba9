/**
 * How outcomes turn into verdicts. One bad answer is not yet a dead mirror and one good answer not yet a live one, so a
 * verdict falls after `fall` failures in a row and rises after `rise` successes; while in doubt, probes follow each other
 * at `fastInterval`, so that doubt is short. Pure: the monitor owns the timers.
 */
import type { Verdict } from '../facts.js';
import type { ProbeTiming } from '../zone/model.js';
import type { Outcome } from './probe.js';

export interface Standing {
  readonly verdict: Verdict;
  /** Outcomes in a row that speak against the verdict: failures while up or unknown, successes while down. */
  readonly streak: number;
  /** When the verdict was reached, in milliseconds since 1970. */
  readonly since: number;
  /** Why it is down, in words: the error of the latest failure. */
  readonly cause?: string;
  readonly lastProbe?: ProbeRecord;
}

export interface ProbeRecord {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly ok: boolean;
  /** How long it took, in milliseconds. */
  readonly ms: number;
  readonly error?: string;
}

/** The standing of an address that nobody has probed yet. */
export function unjudged(now: number): Standing {
  return { verdict: 'unknown', streak: 0, since: now };
}

/** The standing of an address that is never probed: up, for good. */
export function trusted(now: number): Standing {
  return { verdict: 'up', streak: 0, since: now };
}

/** The standing after one more outcome. `now` is wall time in milliseconds; `probe` may differ from the last call's. */
export function judge(standing: Standing, outcome: Outcome, probe: Hysteresis, now: number): Standing {
  const lastProbe: ProbeRecord = outcome.ok
    ? { at: now, ok: true, ms: outcome.ms }
    : { at: now, ok: false, ms: outcome.ms, error: outcome.error };
  if (outcome.ok) {
    if (standing.verdict === 'up') return { verdict: 'up', streak: 0, since: standing.since, lastProbe };
    const climbed = standing.verdict === 'unknown' || standing.streak + 1 >= probe.rise;
    if (climbed) return { verdict: 'up', streak: 0, since: now, lastProbe };
    return { ...standing, streak: standing.streak + 1, lastProbe };
  }
  if (standing.verdict === 'down') return { ...standing, streak: 0, cause: outcome.error, lastProbe };
  if (standing.streak + 1 >= probe.fall) {
    return { verdict: 'down', streak: 0, since: now, cause: outcome.error, lastProbe };
  }
  return { ...standing, streak: standing.streak + 1, lastProbe };
}

/** Milliseconds from the start of one probe to the start of the next. */
export function nextProbeIn(
  standing: Standing,
  probe: Pick<ProbeTiming, 'interval' | 'fastInterval'>,
): number {
  return standing.streak > 0 ? Math.min(probe.fastInterval, probe.interval) : probe.interval;
}

type Hysteresis = Pick<ProbeTiming, 'fall' | 'rise'>;
