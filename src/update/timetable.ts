/**
 * node-cron, held at arm's length: it knows the appointed minutes, and the delay after them is ours. A run that is still
 * waiting or working when the next minute comes is not doubled, and what node-cron has to say goes to our log.
 */
import { type Logger, schedule } from 'node-cron';
import type { Clock } from '../clock.js';
import { describeError } from '../errors.js';
import type { Log } from '../log.js';
import type { Random } from '../random.js';
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
  /** Runs once within seconds, besides the appointed times. */
  soon(): void;
  /** When the next run begins, in milliseconds since 1970; for one whose delay is not drawn yet, its appointed minute. */
  nextRun(): number | undefined;
  /** Ends all waiting; a run at work is not touched. */
  stop(): void;
}

export function startTimetable({ expression, clock, random, log, run }: TimetableOptions): Timetable {
  const stopping = new AbortController();
  const waiting = new Set<{ readonly at: number }>();

  async function runAfter(ms: number): Promise<void> {
    const appointment = { at: clock.now() + ms };
    waiting.add(appointment);
    try {
      await pause(clock, ms, stopping.signal);
    } catch {
      // Only a stop ends a wait, and nobody is to be told of it.
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

  const task = schedule(expression, () => runAfter(cronDelayMs(random)), {
    name: 'geopool-update',
    noOverlap: true,
    logger: cronLogger(log),
    unref: true,
  });

  return {
    soon() {
      void runAfter(startDelayMs(random));
    },
    nextRun() {
      if (stopping.signal.aborted) return undefined;
      const times = [...waiting].map(({ at }) => at);
      const appointed = task.getNextRun();
      if (appointed !== null) times.push(appointed.getTime());
      return times.length === 0 ? undefined : Math.min(...times);
    },
    stop() {
      stopping.abort();
      // Takes the task out of node-cron's registry too, which `stop` alone does not.
      void task.destroy();
    },
  };
}

function cronLogger(log: Log): Logger {
  const event = 'update-schedule';
  const textOf = (message: string | Error): string =>
    message instanceof Error ? describeError(message) : message;
  return {
    debug: (message) => log.debug({ event }, textOf(message)),
    info: (message) => log.info({ event }, message),
    warn: (message) => log.warn({ event }, message),
    error: (message) => log.error({ event }, textOf(message)),
  };
}
