/**
 * The appointed minutes of updates, and the delay after them. The wall clock is checked every minute instead of waiting for
 * the appointed one. So a host that was suspended, a process that was stopped or a clock that was set forward updates late
 * instead of not at all. If a run is still waiting or working at the next appointed minute, no second one starts.
 */
import type { Clock } from '../platform/clock.js';
import { describeError } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import type { Random } from '../platform/random.js';
import { MINUTE_MS, rfc3339 } from '../platform/time.js';
import { nextCronTime } from './cron-times.js';
import { pause } from './pause.js';
import { cronDelayMs, startDelayMs } from './schedule.js';

export interface TimetableOptions {
  /** A valid cron expression. */
  readonly expression: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly run: () => Promise<unknown>;
}

export interface Timetable {
  /** Runs once within seconds, in addition to the appointed times. */
  soon(): void;
  /** When the next run begins, in milliseconds since 1970. Before its delay is drawn, this is its appointed minute. */
  nextRun(): number | undefined;
  /** Ends all waiting; a run in progress continues. */
  stop(): void;
}

const LOOK_MS = MINUTE_MS;

export function startTimetable({ expression, clock, random, log, run }: TimetableOptions): Timetable {
  const stopping = new AbortController();
  const waiting = new Set<{ readonly at: number }>();
  let busy = false;
  let next = nextCronTime(expression, clock.now());
  let cancel = lookLater();

  function lookLater(): () => void {
    const left = (next ?? Number.POSITIVE_INFINITY) - clock.now();
    return clock.after(Math.max(0, Math.min(LOOK_MS, left)), look);
  }

  function look(): void {
    const now = clock.now();
    const following = nextCronTime(expression, now);
    if (next !== undefined && next <= now) {
      keep(next, now);
      next = following;
    } else {
      // If the clock was set back, the next time may be earlier than known.
      next = following === undefined ? next : Math.min(following, next ?? following);
    }
    cancel = lookLater();
  }

  function keep(appointed: number, now: number): void {
    const event = 'update-schedule';
    const at = rfc3339(appointed);
    if (busy) {
      log.warn({ event, appointed: at }, `no update for ${at}: the one before is not done`);
      return;
    }
    if (now - appointed > LOOK_MS) log.info({ event, appointed: at }, `the update of ${at} begins late`);
    busy = true;
    void runAfter(cronDelayMs(random)).finally(() => {
      busy = false;
    });
  }

  async function runAfter(ms: number): Promise<void> {
    const appointment = { at: clock.now() + ms };
    waiting.add(appointment);
    try {
      await pause(clock, ms, stopping.signal);
    } catch {
      // Only a stop interrupts a wait, and that is not reported.
      return;
    } finally {
      waiting.delete(appointment);
    }
    try {
      await run();
    } catch (error) {
      const reason = describeError(error);
      log.error({ event: 'update-run-failed', reason }, `the update run failed: ${reason}`);
    }
  }

  return {
    soon() {
      void runAfter(startDelayMs(random));
    },
    nextRun() {
      if (stopping.signal.aborted) return undefined;
      const times = [...waiting].map(({ at }) => at);
      if (next !== undefined) times.push(next);
      return times.length === 0 ? undefined : Math.min(...times);
    },
    stop() {
      stopping.abort();
      cancel();
    },
  };
}
