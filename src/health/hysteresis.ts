/**
 * How outcomes turn into verdicts. One bad answer does not make a mirror dead, nor one good answer alive. So a verdict
 * falls after `fall` failures in a row and rises after `rise` successes. While in doubt, probes follow each other at
 * `fastInterval`, to settle it soon. A mirror that flaps is held down for longer. Pure: the monitor owns the timers.
 */
import type { Verdict } from '../platform/types.js';
import type { Failure, Outcome, Success } from '../probe/probe.js';
import type { Findings } from '../probe/trace.js';
import type { ProbeTiming } from '../zone/probe-timing.js';
import { type Flap, fall, heldUntil, lapse, STEADY } from './flap.js';

export interface CheckState {
  readonly verdict: Verdict;
  /** Consecutive outcomes that contradict the verdict: failures while up or unknown, successes while down. */
  readonly streak: number;
  /** When the verdict was reached: by the steady clock, as all moments here. */
  readonly since: number;
  /** The reason for being down, in words: the error of the latest failure. */
  readonly cause?: string;
  readonly lastProbe?: ProbeRecord;
  /** Its record of flapping; absent: it never failed. */
  readonly flap?: Flap;
  /** When it came back from being down; absent if it never was. */
  readonly returned?: number;
  /** It would have fallen, but no canary answered: the fall is suppressed. */
  readonly suppressed?: true;
  /** It flaps: while down, it may not rise before this time, however good its probes. */
  readonly heldUntil?: number;
}

export interface ProbeRecord extends Findings {
  readonly at: number;
  readonly ok: boolean;
  /** How long it took, in milliseconds. */
  readonly ms: number;
  readonly error?: string;
}

/** The state of an address that has not been probed yet. */
export function unprobedState(now: number): CheckState {
  return { verdict: 'unknown', streak: 0, since: now };
}

/** The state of an address that is never probed: always up. */
export function unprobeableState(now: number): CheckState {
  return { verdict: 'up', streak: 0, since: now };
}

/** The state after one more outcome, by the steady clock; `probe` may differ from that of the last call. */
export function applyOutcome(
  state: CheckState,
  outcome: Outcome,
  probe: Hysteresis,
  now: number,
): CheckState {
  return outcome.ok ? succeed(state, outcome, probe, now) : fail(state, outcome, probe, now);
}

function succeed(state: CheckState, outcome: Success, probe: Hysteresis, now: number): CheckState {
  const { verdict, streak, since, flap, returned } = state;
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
  const { heldUntil: _, ...down } = state;
  return { ...down, ...held, streak: streak + 1, lastProbe };
}

function fail(state: CheckState, outcome: Failure, probe: Hysteresis, now: number): CheckState {
  const { heldUntil: _, ...before } = state;
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

/** The state after a fall was suppressed: unchanged, with the count of failures starting again. */
export function suppressed(state: CheckState, { lastProbe }: CheckState): CheckState {
  return { ...state, streak: 0, suppressed: true, ...(lastProbe !== undefined && { lastProbe }) };
}

function heldDown(
  flap: Flap | undefined,
  { interval }: Hysteresis,
  now: number,
): Pick<CheckState, 'heldUntil'> {
  const until = flap === undefined ? 0 : heldUntil(flap, interval, now);
  return until > now ? { heldUntil: until } : {};
}

/** Milliseconds from the start of one probe to the start of the next. */
export function nextProbeIn(
  { verdict, streak, heldUntil, suppressed }: CheckState,
  probe: Pick<ProbeTiming, 'interval' | 'fastInterval' | 'rise'>,
): number {
  // A mirror that is held down is not in doubt; it only waits.
  const waiting = verdict === 'down' && heldUntil !== undefined && streak >= probe.rise;
  const inDoubt = streak > 0 || suppressed === true;
  return inDoubt && !waiting ? Math.min(probe.fastInterval, probe.interval) : probe.interval;
}

type Hysteresis = Pick<ProbeTiming, 'fall' | 'rise' | 'interval'>;
