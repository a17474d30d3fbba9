/**
 * What the monitor watches: targets, the checks that bear on them, and how others see both.
 */
import type { Verdict } from '../platform/types.js';
import type { Check, Target } from '../probe/target.js';
import type { Probe } from '../zone/probe-forms.js';
import type { ProbeTiming } from '../zone/probe-timing.js';
import { combineStates, type ProbeState } from './combine-states.js';
import type { CheckState } from './hysteresis.js';

export interface TargetState {
  readonly target: Target;
  /** That of all its checks together. */
  readonly state: CheckState;
  /** New at a reload, one of its checks not yet good once: not to be answered while its family has another. */
  readonly pending: boolean;
  /** In the order of the target's probes; at least one. */
  readonly checks: readonly ProbeState[];
}

/** A verdict that turned, or a pending address that was good for the first time. */
export interface VerdictChange extends TargetState {
  readonly key: string;
  readonly before: Verdict;
}

/** A target that is watched. */
export interface WatchedTarget {
  readonly key: string;
  target: Target;
  checks: readonly WatchedCheck[];
  state: CheckState;
  pending: boolean;
}

/** A check that is watched. */
export interface WatchedCheck {
  check: Check;
  /** The targets that it bears on: one, unless two mirrors of a pool have one address. */
  targets: WatchedTarget[];
  state: CheckState;
  pending: boolean;
  /** Monotonic; undefined before the first probe. */
  startedAt: number | undefined;
  /** The probe under way. */
  inFlight: AbortController | undefined;
  /** Why the last probe could not be made; it is said once until one can. */
  notProbed: string | undefined;
  /** When the first of the failures in a row began, monotonic. */
  failingSince: number;
  /** The part of an interval that it waits after its first probe; then it keeps its place in it. */
  phase: number;
  /** When its certificate was last warned of; monotonic. */
  warnedAt: number | undefined;
  /** Gives up waiting, for the time or for the turn. */
  giveUp: () => void;
}

/** A target with these checks, at least one, as it stands at first. */
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

/** Brings a target to where its checks are; the change, if it is one that others hear of. */
export function updateTarget(subject: WatchedTarget): VerdictChange | undefined {
  const before = subject.state.verdict;
  const wasPending = subject.pending;
  subject.state = combineStates(subject.checks.map(probeStateOf), subject.state);
  subject.pending = subject.checks.some(({ pending }) => pending);
  if (subject.state.verdict === before && subject.pending === wasPending) return undefined;
  return { key: subject.key, ...targetStateOf(subject), before };
}

/** When it is asked; undefined for what is never asked. */
export function timingOf(probe: Probe): ProbeTiming | undefined {
  return probe.type === 'none' ? undefined : probe;
}

export function probeStateOf({ check: { probe }, state, pending, notProbed }: WatchedCheck): ProbeState {
  return { probe, state, pending, ...(notProbed !== undefined && { notProbed }) };
}

/** The target as others see it. Its checks are put together when they are asked for: most who look want the verdict. */
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
