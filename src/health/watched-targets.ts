/**
 * What the monitor watches: targets, the checks that belong to them, and how other modules see both.
 */
import type { Verdict } from '../platform/types.js';
import type { Check, Target } from '../probe/target.js';
import type { Probe } from '../zone/probe-forms.js';
import type { ProbeTiming } from '../zone/probe-timing.js';
import { combineStates, type ProbeState } from './combine-states.js';
import type { CheckState } from './hysteresis.js';

export interface TargetState {
  readonly target: Target;
  /** The combined state of all its checks. */
  readonly state: CheckState;
  /** Added at a reload, and a check has not yet succeeded: not in answers while its family has another address. */
  readonly pending: boolean;
  /** In the order of the target's probes; at least one. */
  readonly checks: readonly ProbeState[];
}

/** A verdict that turned, or a pending address that succeeded for the first time. */
export interface VerdictChange extends TargetState {
  readonly key: string;
  readonly before: Verdict;
}

export interface WatchedTarget {
  readonly key: string;
  target: Target;
  checks: readonly WatchedCheck[];
  state: CheckState;
  pending: boolean;
}

export interface WatchedCheck {
  check: Check;
  /** The targets that it belongs to: one, unless two mirrors of a pool have the same address. */
  targets: WatchedTarget[];
  state: CheckState;
  pending: boolean;
  /** Monotonic; undefined before the first probe. */
  startedAt: number | undefined;
  /** The probe under way. */
  inFlight: AbortController | undefined;
  /** Why the last probe could not be made; logged once until one can be made again. */
  notProbed: string | undefined;
  /** When the first of the current row of failures began, monotonic. */
  failingSince: number;
  /** The fraction of an interval to wait after the first probe; this gives the check its place in the interval. */
  phase: number;
  /** When a warning about its certificate was last logged, monotonic. */
  warnedAt: number | undefined;
  /** Stops waiting for the time or for the turn. */
  giveUp: () => void;
}

/** A new target with these checks, at least one. */
export function newWatchedTarget(
  key: string,
  target: Target,
  checks: readonly WatchedCheck[],
): WatchedTarget {
  const states = checks.map(probeStateOf);
  return {
    key,
    target,
    checks,
    state: combineStates(states),
    pending: states.some(({ pending }) => pending),
  };
}

/** Updates a target from its checks. Returns the change if it is one to report. */
export function updateTarget(subject: WatchedTarget): VerdictChange | undefined {
  const before = subject.state.verdict;
  const wasPending = subject.pending;
  subject.state = combineStates(subject.checks.map(probeStateOf), subject.state);
  subject.pending = subject.checks.some(({ pending }) => pending);
  if (subject.state.verdict === before && subject.pending === wasPending) return undefined;
  return { key: subject.key, ...targetStateOf(subject), before };
}

/** When to probe it; undefined for a probe of type `none`. */
export function timingOf(probe: Probe): ProbeTiming | undefined {
  return probe.type === 'none' ? undefined : probe;
}

export function probeStateOf({ check: { probe }, state, pending, notProbed }: WatchedCheck): ProbeState {
  return { probe, state, pending, ...(notProbed !== undefined && { notProbed }) };
}

/** The target as other modules see it. `checks` is built only on access: most callers need just the verdict. */
export function targetStateOf({ target, state, pending, checks }: WatchedTarget): TargetState {
  return {
    target,
    state,
    pending,
    get checks() {
      return checks.map(probeStateOf);
    },
  };
}
