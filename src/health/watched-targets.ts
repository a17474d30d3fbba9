/**
 * What the monitor watches: targets, the checks that bear on them, and how others see both.
 */
import type { Verdict } from '../facts.js';
import type { Probe, ProbeTiming } from '../zone/model.js';
import { type CheckStanding, combined } from './combined.js';
import type { Standing } from './hysteresis.js';
import type { Check, Target } from './target.js';

export interface Watched {
  readonly target: Target;
  /** That of all its checks together. */
  readonly standing: Standing;
  /** New at a reload, one of its checks not yet good once: not to be answered while its family has another. */
  readonly pending: boolean;
  /** In the order of the target's probes; at least one. */
  readonly checks: readonly CheckStanding[];
}

/** A verdict that turned, or a pending address that was good for the first time. */
export interface Change extends Watched {
  readonly key: string;
  readonly before: Verdict;
}

/** A target that is watched. */
export interface Subject {
  readonly key: string;
  target: Target;
  checks: readonly Watch[];
  standing: Standing;
  pending: boolean;
}

/** A check that is watched. */
export interface Watch {
  check: Check;
  /** The targets that it bears on: one, unless two mirrors of a pool have one address. */
  subjects: Subject[];
  standing: Standing;
  pending: boolean;
  /** Monotonic; undefined before the first probe. */
  startedAt: number | undefined;
  /** The probe under way. */
  flight: AbortController | undefined;
  /** Why the last probe could not be made; it is said once until one can. */
  unmade: string | undefined;
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
export function newSubject(key: string, target: Target, checks: readonly Watch[]): Subject {
  const standings = checks.map(standingOf);
  return {
    key,
    target,
    checks,
    standing: combined(standings),
    pending: standings.some(({ pending }) => pending),
  };
}

/** Brings a target to where its checks are; the change, if it is one that others hear of. */
export function updateSubject(subject: Subject): Change | undefined {
  const before = subject.standing.verdict;
  const wasPending = subject.pending;
  subject.standing = combined(subject.checks.map(standingOf), subject.standing);
  subject.pending = subject.checks.some(({ pending }) => pending);
  if (subject.standing.verdict === before && subject.pending === wasPending) return undefined;
  return { key: subject.key, ...watchedOf(subject), before };
}

/** When it is asked; undefined for what is never asked. */
export function timingOf(probe: Probe): ProbeTiming | undefined {
  return probe.type === 'none' ? undefined : probe;
}

export function standingOf({ check: { probe }, standing, pending, unmade }: Watch): CheckStanding {
  return { probe, standing, pending, ...(unmade !== undefined && { unmade }) };
}

/** The target as others see it. Its checks are put together when they are asked for: most who look want the verdict. */
export function watchedOf({ target, standing, pending, checks }: Subject): Watched {
  return {
    target,
    standing,
    pending,
    get checks() {
      return checks.map(standingOf);
    },
  };
}
