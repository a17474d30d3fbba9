/**
 * Asks one check after another when its time and its turn have come, and judges what it hears: whether a stall of this
 * process excuses a failure, whether it was this host that could not ask, and whether a fall is to be believed.
 */
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import type { Random } from '../random.js';
import { DAY_MS } from '../time.js';
import type { ProbeTiming } from '../zone/model.js';
import { certificateWarning } from './certificate.js';
import { judge, nextProbeIn, type Standing, withheld } from './hysteresis.js';
import type { Outcome, ProbeRun } from './probe.js';
import { sayCertificate, sayStalled, sayUnmade } from './probe-log.js';
import { createProbeQueue } from './queue.js';
import { type Attempt, BEAT_MS, beat, firstPulse, look, stalledAcross } from './stall.js';
import type { Check } from './target.js';
import { timingOf, type Watch } from './watched.js';

export interface Prober {
  /** Asks the check once, as soon as `ms` milliseconds are over and it is its turn. */
  wait(watch: Watch, ms: number): void;
  /** Measures no stall any more; whoever waits is for the caller to let go. */
  close(): void;
}

export interface ProberOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly run: ProbeRun;
  /** See `MonitorOptions`. */
  readonly believes: (check: Check, since: number) => boolean | Promise<boolean>;
  readonly onFailure: (check: Check) => void;
  readonly stallMs: number;
  /** The check was asked, which took so many milliseconds, and stands like this now. The caller lets it wait again. */
  readonly onJudged: (watch: Watch, standing: Standing, timing: ProbeTiming, took: number) => void;
}

export function createProber(options: ProberOptions): Prober {
  const { clock, random, log, run, believes, onFailure, stallMs, onJudged } = options;
  const queue = createProbeQueue();
  let pulse = firstPulse(clock.monotonic());
  let stopBeat = clock.after(BEAT_MS, onBeat);

  function onBeat(): void {
    pulse = beat(pulse, clock.monotonic());
    stopBeat = clock.after(BEAT_MS, onBeat);
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
    const judged = judge(watch.standing, outcome, timing, clock.steady());
    const falls = judged.verdict === 'down' && watch.standing.verdict !== 'down';
    const believed = !falls || believes(watch.check, watch.failingSince);
    if (typeof believed === 'boolean') {
      onJudged(watch, believed ? judged : withheld(watch.standing, judged), timing, attempt.took);
      return;
    }
    const flight = new AbortController();
    watch.flight = flight;
    const asked = clock.monotonic();
    void believed.then((yes) => {
      if (flight.signal.aborted) return;
      watch.flight = undefined;
      const took = attempt.took + clock.monotonic() - asked;
      onJudged(watch, yes ? judged : withheld(watch.standing, judged), timing, took);
    });
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

  return {
    wait,
    close: () => stopBeat(),
  };
}
