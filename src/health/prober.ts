/**
 * Probes each check when its time and its turn have come, and judges the outcome: whether a stall of this process
 * excuses a failure, whether this host was at fault and could not probe, and whether a fall is confirmed.
 */
import type { Clock } from '../platform/clock.js';
import type { Log } from '../platform/log.js';
import type { Random } from '../platform/random.js';
import { DAY_MS } from '../platform/time.js';
import { certificateWarning } from '../probe/certificate.js';
import type { Outcome, ProbeRun } from '../probe/probe.js';
import type { Check } from '../probe/target.js';
import type { ProbeTiming } from '../zone/probe-timing.js';
import { applyOutcome, type CheckState, nextProbeIn, suppressed } from './hysteresis.js';
import { sayCertificate, sayStalled, sayUnmade } from './probe-log.js';
import { createProbeQueue } from './queue.js';
import { type Attempt, firstTick, observe, stalledAcross, TICK_MS, tick } from './stall.js';
import { timingOf, type WatchedCheck } from './watched-targets.js';

export interface Prober {
  /** Probes the check once, when `ms` milliseconds have passed and it is its turn. */
  wait(watched: WatchedCheck, ms: number): void;
  /** Stops measuring stalls. The caller must cancel the waiting checks itself. */
  close(): void;
}

export interface ProberOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly run: ProbeRun;
  /** See `MonitorOptions`. */
  readonly confirm: (check: Check, since: number) => boolean | Promise<boolean>;
  readonly onFailure: (check: Check) => void;
  readonly stallMs: number;
  /** The check was probed, which took `took` milliseconds, and has this state now. The caller lets it wait again. */
  readonly onJudged: (watched: WatchedCheck, state: CheckState, timing: ProbeTiming, took: number) => void;
}

export function createProber(options: ProberOptions): Prober {
  const { clock, random, log, run, confirm, onFailure, stallMs, onJudged } = options;
  const queue = createProbeQueue();
  let ticks = firstTick(clock.monotonic());
  let stopBeat = clock.after(TICK_MS, onBeat);

  function onBeat(): void {
    ticks = tick(ticks, clock.monotonic());
    stopBeat = clock.after(TICK_MS, onBeat);
  }

  function wait(watched: WatchedCheck, ms: number): void {
    watched.giveUp = clock.after(ms, () => {
      watched.giveUp = queue.enter(watched.check, watched.state.streak > 0, (end) => ask(watched, end));
    });
  }

  function ask(watched: WatchedCheck, end: () => void): void {
    const timeout = timingOf(watched.check.probe)?.timeout ?? 0;
    const inFlight = new AbortController();
    const startedAt = clock.monotonic();
    ticks = observe(ticks, startedAt);
    const lostBefore = ticks.lost;
    watched.inFlight = inFlight;
    watched.startedAt = startedAt;
    void run(watched.check, inFlight.signal).then((outcome) => {
      end();
      if (inFlight.signal.aborted) return;
      watched.inFlight = undefined;
      const now = clock.monotonic();
      ticks = observe(ticks, now);
      settle(watched, outcome, { timeout, took: now - startedAt, stalled: ticks.lost - lostBefore });
    });
  }

  function settle(watched: WatchedCheck, outcome: Outcome, attempt: Attempt): void {
    const timing = timingOf(watched.check.probe);
    if (timing === undefined) return;
    if (stalledAcross(outcome, attempt, stallMs)) {
      sayStalled(log, watched.check, attempt.took);
      wait(watched, random() * timing.fastInterval);
      return;
    }
    if (!outcome.ok && outcome.fault === 'ours') {
      if (watched.notProbed === undefined) sayUnmade(log, watched.check, outcome.error);
      watched.notProbed = outcome.error;
      wait(watched, Math.max(0, nextProbeIn(watched.state, timing) - attempt.took));
      return;
    }
    watched.notProbed = undefined;
    if (!outcome.ok) {
      onFailure(watched.check);
      if (watched.state.streak === 0) watched.failingSince = clock.monotonic() - attempt.took;
    }
    warnOfCertificate(watched, outcome);
    const judged = applyOutcome(watched.state, outcome, timing, clock.steady());
    const falls = judged.verdict === 'down' && watched.state.verdict !== 'down';
    const believed = !falls || confirm(watched.check, watched.failingSince);
    if (typeof believed === 'boolean') {
      onJudged(watched, believed ? judged : suppressed(watched.state, judged), timing, attempt.took);
      return;
    }
    const inFlight = new AbortController();
    watched.inFlight = inFlight;
    const asked = clock.monotonic();
    void believed.then((yes) => {
      if (inFlight.signal.aborted) return;
      watched.inFlight = undefined;
      const took = attempt.took + clock.monotonic() - asked;
      // A reload may have changed the timing meanwhile.
      const next = timingOf(watched.check.probe) ?? timing;
      onJudged(watched, yes ? judged : suppressed(watched.state, judged), next, took);
    });
  }

  /** Warns once a day of a certificate that ends soon. */
  function warnOfCertificate(watched: WatchedCheck, { certificateEnds }: Outcome): void {
    const { probe } = watched.check;
    if (certificateEnds === undefined || !('certWarn' in probe)) return;
    const now = clock.monotonic();
    if (watched.warnedAt !== undefined && now - watched.warnedAt < DAY_MS) return;
    const warning = certificateWarning(certificateEnds, probe.certWarn, clock.now());
    watched.warnedAt = warning === undefined ? undefined : now;
    if (warning === undefined) return;
    sayCertificate(log, watched.check, certificateEnds, warning);
  }

  return {
    wait,
    close: () => stopBeat(),
  };
}
