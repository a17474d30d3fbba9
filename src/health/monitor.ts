/**
 * Keeps every target probed and every state current, and reports at once when a verdict turns. It only decides which
 * checks are watched and how long each waits. What a probe is, what its outcome counts for, when a verdict turns and
 * what the log says are decided in other files.
 */
import type { Clock } from '../platform/clock.js';
import type { Log } from '../platform/log.js';
import type { Random } from '../platform/random.js';
import type { ProbeRun } from '../probe/probe.js';
import { type Check, checksOf, type Target, targetKey } from '../probe/target.js';
import type { ProbeTiming } from '../zone/probe-timing.js';
import { type CheckState, nextProbeIn, unprobeableState, unprobedState } from './hysteresis.js';
import { phaseOf } from './phase.js';
import { sayVerdict } from './probe-log.js';
import { createProber } from './prober.js';
import { fromStoredVerdict, type StoredVerdict } from './stored-verdict.js';
import { changesPace } from './until-change.js';
import {
  newWatchedTarget,
  type TargetState,
  targetStateOf,
  timingOf,
  updateTarget,
  type VerdictChange,
  type WatchedCheck,
  type WatchedTarget,
} from './watched-targets.js';

/** First probes are spread over this, or over the interval if that is shorter: quick results without a burst. */
const SPREAD_MS = 5000;

export interface Monitor {
  /**
   * Replaces the targets. Known ones keep their state, new ones start, and removed ones are forgotten: a probe of theirs
   * in flight is aborted. Does not call `onChange`: the caller knows that anything may have changed.
   */
  setTargets(targets: readonly Target[]): void;
  /** The current state of every target, by `targetKey`; a copy. */
  states(): ReadonlyMap<string, TargetState>;
  /** The current state of the target with that `targetKey`. */
  stateOf(key: string): TargetState | undefined;
  /** The checks of the current targets by `checkKey`, each with its state at the time the iteration reaches it. */
  checks(): Iterable<readonly [key: string, check: { readonly state: CheckState }]>;
  /** Stops all probing at once. The states can still be read, to be stored. */
  close(): void;
}

export interface MonitorOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly run: ProbeRun;
  /** Verdicts of an earlier process, by `checkKey`. Each is used once, for the first target, up to an hour old. */
  readonly stored: ReadonlyMap<string, StoredVerdict>;
  /** Called in the tick in which the verdict of a check turns, whether or not its target's verdict does. */
  readonly onCheck?: () => void;
  /** Called in the tick in which a verdict turns; several turns in a burst may be several calls. */
  readonly onChange: (changes: readonly VerdictChange[]) => void;
  /**
   * Whether to confirm a fall whose first failure began at `since` (monotonic milliseconds). Absent: every fall is
   * confirmed. An unconfirmed fall leaves the verdict as it is, and the count of failures starts again.
   */
  readonly confirm?: (check: Check, since: number) => boolean | Promise<boolean>;
  /** A probe failed, and it may be the mirror's fault. */
  readonly onFailure?: (check: Check) => void;
  /** These targets may turn sooner or later than before: a check failed or recovered without turning its verdict. */
  readonly onPace?: (keys: readonly string[]) => void;
  /** A pause of this process, in milliseconds, that excuses a probe without an answer; default 1000. */
  readonly stallMs?: number;
}

export function createMonitor(options: MonitorOptions): Monitor {
  const { clock, random, log, run, onChange, onCheck = () => undefined, stallMs = 1000 } = options;
  const { confirm = () => true, onFailure = () => undefined, onPace = () => undefined } = options;
  const memory = new Map(options.stored);
  const { wait, close } = createProber({
    clock,
    random,
    log,
    run,
    confirm,
    onFailure,
    stallMs,
    onJudged: adopt,
  });
  let numbers = 0;
  let subjects = new Map<string, WatchedTarget>();
  let watches = new Map<string, WatchedCheck>();
  let started = false;

  function watchNew(key: string, check: Check): WatchedCheck {
    const idle = {
      check,
      targets: [],
      startedAt: undefined,
      inFlight: undefined,
      notProbed: undefined,
      failingSince: 0,
      warnedAt: undefined,
      phase: phaseOf(numbers++),
      giveUp: () => undefined,
    };
    const timing = timingOf(check.probe);
    if (timing === undefined) return { ...idle, state: unprobeableState(clock.steady()), pending: false };
    const stored = memory.get(key);
    memory.delete(key);
    const known = stored === undefined ? undefined : fromStoredVerdict(stored, clock.now(), clock.steady());
    const watched: WatchedCheck = {
      ...idle,
      state: known ?? unprobedState(clock.steady()),
      pending: started && known === undefined,
    };
    wait(watched, spread(timing));
    return watched;
  }

  function retime(watched: WatchedCheck, check: Check): void {
    const [old, timing] = [timingOf(watched.check.probe), timingOf(check.probe)];
    watched.check = check;
    if (timing === undefined || old === undefined || watched.startedAt === undefined) return;
    const same = old.interval === timing.interval && old.fastInterval === timing.fastInterval;
    if (same || watched.inFlight !== undefined) return;
    const left = watched.startedAt + nextProbeIn(watched.state, timing) - clock.monotonic();
    watched.giveUp();
    // A shorter interval may make many probes overdue at once.
    wait(watched, left > 0 ? left : spread(timing));
  }

  function forget(watched: WatchedCheck): void {
    watched.giveUp();
    watched.inFlight?.abort();
  }

  function spread(timing: ProbeTiming): number {
    return random() * Math.min(timing.interval, SPREAD_MS);
  }

  function adopt(watched: WatchedCheck, state: CheckState, timing: ProbeTiming, took: number): void {
    const before = watched.state.verdict;
    const hurried = changesPace(watched.state, state);
    watched.state = state;
    if (state.lastProbe?.ok === true) watched.pending = false;
    const calm = state.streak === 0;
    wait(watched, Math.max(0, nextProbeIn(state, timing) * (calm ? watched.phase : 1) - took));
    if (calm) watched.phase = 1;
    const changes = watched.targets.flatMap((subject) => updateTarget(subject) ?? []);
    for (const { target, state, before: was } of changes) {
      if (state.verdict !== was) sayVerdict(log, target, state, was);
    }
    if (watched.state.verdict !== before) onCheck();
    if (changes.length > 0) onChange(changes);
    else if (hurried) onPace(watched.targets.map(({ key }) => key));
  }

  function subjectOf(key: string, target: Target, checks: readonly WatchedCheck[]): WatchedTarget {
    const subject = subjects.get(key) ?? newWatchedTarget(key, target, checks);
    subject.target = target;
    subject.checks = checks;
    for (const watched of checks) watched.targets.push(subject);
    return subject;
  }

  return {
    setTargets(targets) {
      const nextSubjects = new Map<string, WatchedTarget>();
      const nextWatches = new Map<string, WatchedCheck>();
      for (const watched of watches.values()) watched.targets = [];
      for (const target of targets) {
        const key = targetKey(target);
        // Two mirrors of a pool with the same address and the same probes share one verdict.
        if (nextSubjects.has(key)) continue;
        const checks = Array.from(checksOf(target), ([checkKey, check]): WatchedCheck => {
          const taken = nextWatches.get(checkKey);
          if (taken !== undefined) return taken;
          const known = watches.get(checkKey);
          if (known !== undefined) retime(known, check);
          const watched = known ?? watchNew(checkKey, check);
          nextWatches.set(checkKey, watched);
          return watched;
        });
        nextSubjects.set(key, subjectOf(key, target, checks));
      }
      for (const [key, watch] of watches) if (!nextWatches.has(key)) forget(watch);
      subjects = nextSubjects;
      watches = nextWatches;
      started = true;
    },

    states: () => new Map(Array.from(subjects, ([key, subject]) => [key, targetStateOf(subject)])),

    stateOf(key) {
      const subject = subjects.get(key);
      return subject && targetStateOf(subject);
    },

    checks: () => watches,

    close() {
      close();
      for (const watched of watches.values()) forget(watched);
    },
  };
}
