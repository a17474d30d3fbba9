/**
 * Keeps every target probed and every standing current, and says so the moment a verdict turns. It owns the timers and
 * nothing else: what a probe is, when a verdict turns, whether a stall excuses a failure, whose turn it is and what the
 * log says are all decided elsewhere.
 */
import type { Clock } from '../clock.js';
import type { Verdict } from '../facts.js';
import type { Log } from '../log.js';
import type { Random } from '../random.js';
import type { Probe, ProbeTiming } from '../zone/model.js';
import { certificateWarning } from './certificate.js';
import { type CheckStanding, combined } from './combined.js';
import { judge, nextProbeIn, type Standing, trusted, unjudged, withheld } from './hysteresis.js';
import { phaseOf } from './phase.js';
import type { Outcome, ProbeRun } from './probe.js';
import { sayCertificate, sayStalled, sayUnmade, sayVerdict } from './probe-log.js';
import { createProbeQueue } from './queue.js';
import { type Attempt, BEAT_MS, beat, firstPulse, look, stalledAcross } from './stall.js';
import { recalled, type StoredVerdict } from './stored-verdict.js';
import { type Check, checksOf, type Target, targetKey } from './target.js';
import { changesPace } from './until-change.js';

/** First probes are spread over this, or over the interval where that is less: quick knowledge, but no burst. */
const SPREAD_MS = 5000;

const DAY_MS = 86_400_000;

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

export interface Monitor {
  /**
   * From now on these are the targets. Known ones keep their standing, new ones start, gone ones are forgotten and a
   * probe of theirs that is under way is cut off. Does not call `onChange`: the caller knows that all may differ.
   */
  setTargets(targets: readonly Target[]): void;
  /** Every target as it stands now, by `targetKey`; a copy. */
  standings(): ReadonlyMap<string, Watched>;
  /** Every check as it stands now, by `checkKey`; a copy. */
  checks(): ReadonlyMap<string, CheckStanding>;
  /** Ends all probing, at once. The standings can still be read, to be stored. */
  close(): void;
}

export interface MonitorOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly run: ProbeRun;
  /** Verdicts of an earlier process, by `checkKey`; each counts for the first target that asks, up to an hour old. */
  readonly recall: ReadonlyMap<string, StoredVerdict>;
  /** Called in the tick in which the verdict of a check turns, whether its target's does or not. */
  readonly onCheck?: () => void;
  /** Called in the tick in which a verdict turns; a burst may be several calls. */
  readonly onChange: (changes: readonly Change[]) => void;
  /**
   * Whether a fall is to be believed, the first failure of which began at `since` (monotonic milliseconds); without it
   * all are. A fall that is not leaves the verdict as it is, and the count of failures begins anew.
   */
  readonly believes?: (check: Check, since: number) => boolean | Promise<boolean>;
  /** A probe failed, and it may be the mirror's fault. */
  readonly onFailure?: (check: Check) => void;
  /** A check may turn sooner, or later, than before: it has failed or recovered without its verdict turning. */
  readonly onDoubt?: () => void;
  /** A pause of this process, in milliseconds, that excuses a probe left without answer; default 1000. */
  readonly stallMs?: number;
}

/** A target that is watched. */
interface Subject {
  readonly key: string;
  target: Target;
  checks: readonly Watch[];
  standing: Standing;
  pending: boolean;
}

/** A check that is watched. */
interface Watch {
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

export function createMonitor(options: MonitorOptions): Monitor {
  const { clock, random, log, run, onChange, onCheck = () => undefined, stallMs = 1000 } = options;
  const { believes = () => true, onFailure = () => undefined, onDoubt = () => undefined } = options;
  const memory = new Map(options.recall);
  const queue = createProbeQueue();
  let numbers = 0;
  let subjects = new Map<string, Subject>();
  let watches = new Map<string, Watch>();
  let started = false;
  let pulse = firstPulse(clock.monotonic());
  let stopBeat = clock.after(BEAT_MS, onBeat);

  function onBeat(): void {
    pulse = beat(pulse, clock.monotonic());
    stopBeat = clock.after(BEAT_MS, onBeat);
  }

  function watchNew(key: string, check: Check): Watch {
    const idle = {
      check,
      subjects: [],
      startedAt: undefined,
      flight: undefined,
      unmade: undefined,
      failingSince: 0,
      warnedAt: undefined,
      phase: phaseOf(numbers++),
      giveUp: () => undefined,
    };
    const timing = timingOf(check.probe);
    if (timing === undefined) return { ...idle, standing: trusted(clock.now()), pending: false };
    const stored = memory.get(key);
    memory.delete(key);
    const known = stored === undefined ? undefined : recalled(stored, clock.now());
    const watch: Watch = {
      ...idle,
      standing: known ?? unjudged(clock.now()),
      pending: started && known === undefined,
    };
    wait(watch, spread(timing));
    return watch;
  }

  function retime(watch: Watch, check: Check): void {
    const [old, timing] = [timingOf(watch.check.probe), timingOf(check.probe)];
    watch.check = check;
    if (timing === undefined || old === undefined || watch.startedAt === undefined) return;
    const same = old.interval === timing.interval && old.fastInterval === timing.fastInterval;
    if (same || watch.flight !== undefined) return;
    const left = watch.startedAt + nextProbeIn(watch.standing, timing) - clock.monotonic();
    watch.giveUp();
    // A shorter interval may make many overdue at once.
    wait(watch, left > 0 ? left : spread(timing));
  }

  function forget(watch: Watch): void {
    watch.giveUp();
    watch.flight?.abort();
  }

  function spread(timing: ProbeTiming): number {
    return random() * Math.min(timing.interval, SPREAD_MS);
  }

  function wait(watch: Watch, ms: number): void {
    watch.giveUp = clock.after(ms, () => {
      watch.giveUp = queue.enter(watch.check, watch.standing.streak > 0, (end) => ask(watch, end));
    });
  }

  function ask(watch: Watch, end: () => void): void {
    const timeout = timingOf(watch.check.probe)?.timeout ?? 0;
    const flight = new AbortController();
    const startedAt = clock.monotonic();
    pulse = look(pulse, startedAt);
    const lostBefore = pulse.lost;
    watch.flight = flight;
    watch.startedAt = startedAt;
    void run(watch.check, flight.signal).then((outcome) => {
      end();
      if (flight.signal.aborted) return;
      watch.flight = undefined;
      const now = clock.monotonic();
      pulse = look(pulse, now);
      settle(watch, outcome, { timeout, took: now - startedAt, lost: pulse.lost - lostBefore });
    });
  }

  function settle(watch: Watch, outcome: Outcome, attempt: Attempt): void {
    const timing = timingOf(watch.check.probe);
    if (timing === undefined) return;
    if (stalledAcross(outcome, attempt, stallMs)) {
      sayStalled(log, watch.check, attempt.took);
      wait(watch, random() * timing.fastInterval);
      return;
    }
    if (!outcome.ok && outcome.fault === 'ours') {
      if (watch.unmade === undefined) sayUnmade(log, watch.check, outcome.error);
      watch.unmade = outcome.error;
      wait(watch, Math.max(0, nextProbeIn(watch.standing, timing) - attempt.took));
      return;
    }
    watch.unmade = undefined;
    if (!outcome.ok) {
      onFailure(watch.check);
      if (watch.standing.streak === 0) watch.failingSince = clock.monotonic() - attempt.took;
    }
    heedCertificate(watch, outcome);
    const judged = judge(watch.standing, outcome, timing, clock.now());
    const falls = judged.verdict === 'down' && watch.standing.verdict !== 'down';
    const believed = !falls || believes(watch.check, watch.failingSince);
    if (typeof believed === 'boolean') {
      adopt(watch, believed ? judged : withheld(watch.standing, judged), timing, attempt);
      return;
    }
    const flight = new AbortController();
    watch.flight = flight;
    const asked = clock.monotonic();
    void believed.then((yes) => {
      if (flight.signal.aborted) return;
      watch.flight = undefined;
      const took = attempt.took + clock.monotonic() - asked;
      adopt(watch, yes ? judged : withheld(watch.standing, judged), timing, { ...attempt, took });
    });
  }

  function adopt(watch: Watch, standing: Standing, timing: ProbeTiming, attempt: Attempt): void {
    const before = watch.standing.verdict;
    const hurried = changesPace(watch.standing, standing);
    watch.standing = standing;
    if (standing.lastProbe?.ok === true) watch.pending = false;
    const calm = standing.streak === 0;
    wait(watch, Math.max(0, nextProbeIn(standing, timing) * (calm ? watch.phase : 1) - attempt.took));
    if (calm) watch.phase = 1;
    const changes = watch.subjects.flatMap((subject) => update(subject) ?? []);
    if (watch.standing.verdict !== before) onCheck();
    if (changes.length > 0) onChange(changes);
    else if (hurried) onDoubt();
  }

  /** Says once a day what ends soon. */
  function heedCertificate(watch: Watch, { certificateEnds }: Outcome): void {
    const { probe } = watch.check;
    if (certificateEnds === undefined || !('certWarn' in probe)) return;
    const now = clock.monotonic();
    if (watch.warnedAt !== undefined && now - watch.warnedAt < DAY_MS) return;
    const warning = certificateWarning(certificateEnds, probe.certWarn, clock.now());
    watch.warnedAt = warning === undefined ? undefined : now;
    if (warning === undefined) return;
    sayCertificate(log, watch.check, certificateEnds, warning);
  }

  /** Brings a target to where its checks are; the change, if it is one that others hear of. */
  function update(subject: Subject): Change | undefined {
    const before = subject.standing.verdict;
    const wasPending = subject.pending;
    subject.standing = combined(subject.checks.map(standingOf), subject.standing);
    subject.pending = subject.checks.some(({ pending }) => pending);
    if (subject.standing.verdict !== before) sayVerdict(log, subject.target, subject.standing, before);
    else if (subject.pending === wasPending) return undefined;
    return { key: subject.key, ...watchedOf(subject), before };
  }

  function subjectOf(key: string, target: Target, checks: readonly Watch[]): Subject {
    const known = subjects.get(key);
    const standings = checks.map(standingOf);
    const subject = known ?? {
      key,
      target,
      checks,
      standing: combined(standings),
      pending: standings.some(({ pending }) => pending),
    };
    subject.target = target;
    subject.checks = checks;
    for (const watch of checks) watch.subjects.push(subject);
    return subject;
  }

  return {
    setTargets(targets) {
      const nextSubjects = new Map<string, Subject>();
      const nextWatches = new Map<string, Watch>();
      for (const watch of watches.values()) watch.subjects = [];
      for (const target of targets) {
        const key = targetKey(target);
        // Two mirrors of one pool with one address, asked the same, have one verdict.
        if (nextSubjects.has(key)) continue;
        const checks = Array.from(checksOf(target), ([checkKey, check]): Watch => {
          const taken = nextWatches.get(checkKey);
          if (taken !== undefined) return taken;
          const known = watches.get(checkKey);
          if (known !== undefined) retime(known, check);
          const watch = known ?? watchNew(checkKey, check);
          nextWatches.set(checkKey, watch);
          return watch;
        });
        nextSubjects.set(key, subjectOf(key, target, checks));
      }
      for (const [key, watch] of watches) if (!nextWatches.has(key)) forget(watch);
      subjects = nextSubjects;
      watches = nextWatches;
      started = true;
    },

    standings: () => new Map(Array.from(subjects, ([key, subject]) => [key, watchedOf(subject)])),

    checks: () => new Map(Array.from(watches, ([key, watch]) => [key, standingOf(watch)])),

    close() {
      stopBeat();
      for (const watch of watches.values()) forget(watch);
    },
  };
}

function timingOf(probe: Probe): ProbeTiming | undefined {
  return probe.type === 'none' ? undefined : probe;
}

function standingOf({ check: { probe }, standing, pending, unmade }: Watch): CheckStanding {
  return { probe, standing, pending, ...(unmade !== undefined && { unmade }) };
}

function watchedOf({ target, standing, pending, checks }: Subject): Watched {
  return { target, standing, pending, checks: checks.map(standingOf) };
}
