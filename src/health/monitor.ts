/**
 * Keeps every target probed and every standing current, and says so the moment a verdict turns. It owns the timers and
 * nothing else: what a probe is, when a verdict turns, whether a stall excuses a failure and whose turn it is are all
 * decided elsewhere.
 */
import type { Clock } from '../clock.js';
import type { Verdict } from '../facts.js';
import type { Log } from '../log.js';
import type { Random } from '../random.js';
import type { Probe, ProbeTiming } from '../zone/model.js';
import { judge, nextProbeIn, type Standing, trusted, unjudged } from './hysteresis.js';
import type { Outcome, ProbeRun } from './probe.js';
import { type Attempt, BEAT_MS, beat, firstPulse, look, stalledAcross } from './stall.js';
import { recalled, type StoredVerdict } from './stored-verdict.js';
import { describeTarget, type Target, targetKey } from './target.js';
import { createTurns } from './turns.js';

/** First probes are spread over this, or over the interval where that is less: quick knowledge, but no burst. */
const SPREAD_MS = 5000;

/** Sockets that probes may hold at a time. */
const AT_ONCE = 512;

export interface Watched {
  readonly target: Target;
  readonly standing: Standing;
  /** New at a reload and not yet good once: not to be answered while its family has another. */
  readonly pending: boolean;
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
  /** Ends all probing, at once. The standings can still be read, to be stored. */
  close(): void;
}

export interface MonitorOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly run: ProbeRun;
  /** Verdicts of an earlier process, by `targetKey`; each counts for the first target that asks, up to an hour old. */
  readonly recall: ReadonlyMap<string, StoredVerdict>;
  /** Called in the tick in which a verdict turns; a burst may be several calls. */
  readonly onChange: (changes: readonly Change[]) => void;
  /** A pause of this process, in milliseconds, that excuses a probe left without answer; default 1000. */
  readonly stallMs?: number;
}

interface Watch {
  readonly key: string;
  target: Target;
  standing: Standing;
  pending: boolean;
  /** Monotonic; undefined before the first probe. */
  startedAt: number | undefined;
  /** The probe under way. */
  flight: AbortController | undefined;
  /** The last probe could not be made; it is said once until one can. */
  unmade: boolean;
  /** Gives up waiting, for the time or for the turn. */
  giveUp: () => void;
}

export function createMonitor(options: MonitorOptions): Monitor {
  const { clock, random, log, run, onChange, stallMs = 1000 } = options;
  const memory = new Map(options.recall);
  const turns = createTurns(AT_ONCE);
  let watches = new Map<string, Watch>();
  let started = false;
  let pulse = firstPulse(clock.monotonic());
  let stopBeat = clock.after(BEAT_MS, onBeat);

  function onBeat(): void {
    pulse = beat(pulse, clock.monotonic());
    stopBeat = clock.after(BEAT_MS, onBeat);
  }

  function watchNew(key: string, target: Target): Watch {
    const idle = {
      key,
      target,
      startedAt: undefined,
      flight: undefined,
      unmade: false,
      giveUp: () => undefined,
    };
    const timing = timingOf(target.probe);
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

  function retime(watch: Watch, target: Target): void {
    const [old, timing] = [timingOf(watch.target.probe), timingOf(target.probe)];
    watch.target = target;
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
      watch.giveUp = turns.take(watch.target.address.text, (end) => ask(watch, end));
    });
  }

  function ask(watch: Watch, end: () => void): void {
    const timeout = timingOf(watch.target.probe)?.timeout ?? 0;
    const flight = new AbortController();
    const startedAt = clock.monotonic();
    pulse = look(pulse, startedAt);
    const lostBefore = pulse.lost;
    watch.flight = flight;
    watch.startedAt = startedAt;
    void run(watch.target, flight.signal).then((outcome) => {
      end();
      if (flight.signal.aborted) return;
      watch.flight = undefined;
      const now = clock.monotonic();
      pulse = look(pulse, now);
      settle(watch, outcome, { timeout, took: now - startedAt, lost: pulse.lost - lostBefore });
    });
  }

  function settle(watch: Watch, outcome: Outcome, attempt: Attempt): void {
    const timing = timingOf(watch.target.probe);
    if (timing === undefined) return;
    if (stalledAcross(outcome, attempt, stallMs)) {
      log.warn(
        {
          event: 'probe-stall-discarded',
          ...describeTarget(watch.target),
          took_ms: Math.round(attempt.took),
        },
        'a probe had no answer while this process itself stood still: thrown away, asked again',
      );
      wait(watch, random() * timing.fastInterval);
      return;
    }
    if (!outcome.ok && outcome.fault === 'ours') {
      if (!watch.unmade) {
        log.warn(
          { event: 'probe-not-made', ...describeTarget(watch.target), error: outcome.error },
          'a probe could not be made, and the mirror is not judged until one can',
        );
      }
      watch.unmade = true;
      wait(watch, Math.max(0, nextProbeIn(watch.standing, timing) - attempt.took));
      return;
    }
    watch.unmade = false;
    const before = watch.standing.verdict;
    const wasPending = watch.pending;
    watch.standing = judge(watch.standing, outcome, timing, clock.now());
    if (outcome.ok) watch.pending = false;
    wait(watch, Math.max(0, nextProbeIn(watch.standing, timing) - attempt.took));
    if (watch.standing.verdict !== before) report(watch, before);
    else if (watch.pending === wasPending) return;
    const { key, target, standing, pending } = watch;
    onChange([{ key, target, standing, pending, before }]);
  }

  function report(watch: Watch, before: Verdict): void {
    const { verdict, cause } = watch.standing;
    const fields = { event: 'verdict-changed', ...describeTarget(watch.target), from: before, to: verdict };
    const name = `${watch.target.mirror} (${watch.target.address.text})`;
    if (verdict === 'down') log.warn({ ...fields, cause }, `${name} is down: ${cause}`);
    else log.info(fields, `${name} is ${verdict}`);
  }

  return {
    setTargets(targets) {
      const next = new Map<string, Watch>();
      for (const target of targets) {
        const key = targetKey(target);
        // Two mirrors of one pool with one address have one verdict.
        if (next.has(key)) continue;
        const known = watches.get(key);
        if (known !== undefined) retime(known, target);
        next.set(key, known ?? watchNew(key, target));
      }
      for (const [key, watch] of watches) if (!next.has(key)) forget(watch);
      watches = next;
      started = true;
    },

    standings() {
      const copy = new Map<string, Watched>();
      for (const [key, { target, standing, pending }] of watches)
        copy.set(key, { target, standing, pending });
      return copy;
    },

    close() {
      stopBeat();
      for (const watch of watches.values()) forget(watch);
    },
  };
}

function timingOf(probe: Probe): ProbeTiming | undefined {
  return probe.type === 'none' ? undefined : probe;
}
