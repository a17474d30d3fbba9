/**
 * How outcomes turn into verdicts. One bad answer is not yet a dead mirror and one good answer not yet a live one, so a
 * verdict falls after `fall` failures in a row and rises after `rise` successes; while in doubt, probes follow each other
 * at `fastInterval`, so that doubt is short. Who flaps is held down for longer. Pure: the monitor owns the timers.
 */
import type { Verdict } from '../facts.js';
import type { ProbeTiming } from '../zone/model.js';
import { type Flap, fall, heldUntil, lapse, STEADY } from './flap.js';
import type { Failure, Outcome, Success } from './probe.js';
import type { Findings } from './trace.js';

export interface Standing {
  readonly verdict: Verdict;
  /** Outcomes in a row that speak against the verdict: failures while up or unknown, successes while down. */
  readonly streak: number;
  /** When the verdict was reached: by the steady clock, as all moments here. */
  readonly since: number;
  /** Why it is down, in words: the error of the latest failure. */
  readonly cause?: string;
  readonly lastProbe?: ProbeRecord;
  /** How steady it was; absent: it never failed. */
  readonly flap?: Flap;
  /** When it came back from being down; absent where it never was. */
  readonly returned?: number;
  /** It would have fallen, but the probes were not believed. */
  readonly withheld?: true;
  /** Down, and not to rise before this however good its probes: it flaps. */
  readonly heldUntil?: number;
}

export interface ProbeRecord extends Findings {
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

/** The standing after one more outcome, by the steady clock; `probe` may differ from the last call's. */
export function judge(standing: Standing, outcome: Outcome, probe: Hysteresis, now: number): Standing {
  return outcome.ok ? succeed(standing, outcome, probe, now) : fail(standing, outcome, probe, now);
}

function succeed(standing: Standing, outcome: Success, probe: Hysteresis, now: number): Standing {
  const { verdict, streak, since, flap, returned } = standing;
  const lastProbe = recordOf(outcome, now);
  const kept = { lastProbe, ...(flap !== undefined && { flap }) };
  if (verdict === 'up') {
    return { verdict, streak: 0, since, ...(returned !== undefined && { returned }), ...kept };
  }
  if (verdict === 'unknown') return { verdict: 'up', streak: 0, since: now, ...kept };
  const held = heldDown(flap, probe, now);
  if (streak + 1 >= probe.rise && held.heldUntil === undefined) {
    return { verdict: 'up', streak: 0, since: now, returned: now, ...kept };
  }
  const { heldUntil: _, ...down } = standing;
  return { ...down, ...held, streak: streak + 1, lastProbe };
}

function fail(standing: Standing, outcome: Failure, probe: Hysteresis, now: number): Standing {
  const { heldUntil: _, ...before } = standing;
  const { error } = outcome;
  const lastProbe = recordOf(outcome, now);
  const known = before.flap ?? STEADY;
  const flap = before.lastProbe?.ok === false ? known : lapse(known, probe.interval, now);
  if (before.verdict === 'down') {
    return { ...before, ...heldDown(flap, probe, now), streak: 0, cause: error, lastProbe, flap };
  }
  if (before.streak + 1 < probe.fall) return { ...before, streak: before.streak + 1, lastProbe, flap };
  const fallen = fall(flap, probe.interval, now);
  const held = heldDown(fallen, probe, now);
  return { verdict: 'down', streak: 0, since: now, cause: error, lastProbe, flap: fallen, ...held };
}

function recordOf(outcome: Outcome, now: number): ProbeRecord {
  const { ok, ms, rate, certificateEnds } = outcome;
  return {
    at: now,
    ok,
    ms,
    ...(!ok && { error: outcome.error }),
    ...(rate !== undefined && { rate }),
    ...(certificateEnds !== undefined && { certificateEnds }),
  };
}

/** The standing where a fall to `fallen` is not believed: as it was, and the count begins anew. */
export function withheld(standing: Standing, { lastProbe }: Standing): Standing {
  return { ...standing, streak: 0, withheld: true, ...(lastProbe !== undefined && { lastProbe }) };
}

function heldDown(
  flap: Flap | undefined,
  { interval }: Hysteresis,
  now: number,
): Pick<Standing, 'heldUntil'> {
  const until = flap === undefined ? 0 : heldUntil(flap, interval, now);
  return until > now ? { heldUntil: until } : {};
}

/** Milliseconds from the start of one probe to the start of the next. */
export function nextProbeIn(
  { verdict, streak, heldUntil, withheld }: Standing,
  probe: Pick<ProbeTiming, 'interval' | 'fastInterval' | 'rise'>,
): number {
  // Who is held down is in no doubt, only waiting.
  const waiting = verdict === 'down' && heldUntil !== undefined && streak >= probe.rise;
  const doubted = streak > 0 || withheld === true;
  return doubted && !waiting ? Math.min(probe.fastInterval, probe.interval) : probe.interval;
}

type Hysteresis = Pick<ProbeTiming, 'fall' | 'rise' | 'interval'>;
