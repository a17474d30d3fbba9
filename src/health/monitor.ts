/**
 * Keeps every target probed and every standing current, and says so the moment a verdict turns. It owns who is watched and
 * how long each waits, and nothing else: what a probe is, what its outcome counts for, when a verdict turns and what the
 * log says are all decided elsewhere.
 */
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import type { Random } from '../random.js';
import type { ProbeTiming } from '../zone/model.js';
import type { CheckStanding } from './combined.js';
import { nextProbeIn, type Standing, trusted, unjudged } from './hysteresis.js';
import { phaseOf } from './phase.js';
import type { ProbeRun } from './probe.js';
import { sayVerdict } from './probe-log.js';
import { createProber } from './prober.js';
import { recalled, type StoredVerdict } from './stored-verdict.js';
import { type Check, checksOf, type Target, targetKey } from './target.js';
import { changesPace } from './until-change.js';
import {
  type Change,
  newSubject,
  type Subject,
  standingOf,
  timingOf,
  updateSubject,
  type Watch,
  type Watched,
  watchedOf,
} from './watched.js';

/** First probes are spread over this, or over the interval where that is less: quick knowledge, but no burst. */
const SPREAD_MS = 5000;

export interface Monitor {
  /**
   * From now on these are the targets. Known ones keep their standing, new ones start, gone ones are forgotten and a
   * probe of theirs that is under way is cut off. Does not call `onChange`: the caller knows that all may differ.
   */
  setTargets(targets: readonly Target[]): void;
  /** Every target as it stands now, by `targetKey`; a copy. */
  standings(): ReadonlyMap<string, Watched>;
  /** The target with that `targetKey` as it stands now. */
  standing(key: string): Watched | undefined;
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
  /** These targets may turn sooner, or later, than before: a check failed or recovered without its verdict turning. */
  readonly onDoubt?: (keys: readonly string[]) => void;
  /** A pause of this process, in milliseconds, that excuses a probe left without answer; default 1000. */
  readonly stallMs?: number;
}

export function createMonitor(options: MonitorOptions): Monitor {
  const { clock, random, log, run, onChange, onCheck = () => undefined, stallMs = 1000 } = options;
  const { believes = () => true, onFailure = () => undefined, onDoubt = () => undefined } = options;
  const memory = new Map(options.recall);
  const { wait, close } = createProber({
    clock,
    random,
    log,
    run,
    believes,
    onFailure,
    stallMs,
    onJudged: adopt,
  });
  let numbers = 0;
  let subjects = new Map<string, Subject>();
  let watches = new Map<string, Watch>();
  let started = false;

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
    if (timing === undefined) return { ...idle, standing: trusted(clock.steady()), pending: false };
    const stored = memory.get(key);
    memory.delete(key);
    const known = stored === undefined ? undefined : recalled(stored, clock.now(), clock.steady());
    const watch: Watch = {
      ...idle,
      standing: known ?? unjudged(clock.steady()),
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

  function adopt(watch: Watch, standing: Standing, timing: ProbeTiming, took: number): void {
    const before = watch.standing.verdict;
    const hurried = changesPace(watch.standing, standing);
    watch.standing = standing;
    if (standing.lastProbe?.ok === true) watch.pending = false;
    const calm = standing.streak === 0;
    wait(watch, Math.max(0, nextProbeIn(standing, timing) * (calm ? watch.phase : 1) - took));
    if (calm) watch.phase = 1;
    const changes = watch.subjects.flatMap((subject) => updateSubject(subject) ?? []);
    for (const { target, standing, before: was } of changes) {
      if (standing.verdict !== was) sayVerdict(log, target, standing, was);
    }
    if (watch.standing.verdict !== before) onCheck();
    if (changes.length > 0) onChange(changes);
    else if (hurried) onDoubt(watch.subjects.map(({ key }) => key));
  }

  function subjectOf(key: string, target: Target, checks: readonly Watch[]): Subject {
    const subject = subjects.get(key) ?? newSubject(key, target, checks);
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

    standing(key) {
      const subject = subjects.get(key);
      return subject && watchedOf(subject);
    },

    checks: () => new Map(Array.from(watches, ([key, watch]) => [key, standingOf(watch)])),

    close() {
      close();
      for (const watch of watches.values()) forget(watch);
    },
  };
}
