/**
 * The log: pino, JSON lines on standard output, an `event` on each line that a script may match. Nothing that came from
 * a client is logged: no address, no client subnet, no query name.
 */
import { setTimeout } from 'node:timers/promises';
import { type DestinationStream, pino, symbols } from 'pino';
import { systemClock } from './clock.js';
import { countOf } from './count-of.js';
import { isJournal, PRIORITY, prioritised } from './journal.js';
import { type LogSink, openLogSink } from './log-sink.js';

/** What rooms need of a logger; pino's loggers have it. The first argument's `event` is a stable kebab-case word. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

export interface LogFields {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** The log of a program. */
export interface ProgramLog extends Log {
  /** Lines that could not be written so far. */
  dropped(): number;
  /** Resolves when no line is waiting, or after 200 ms: the end of the program does not wait for a reader. */
  settled(): Promise<void>;
}

/** How long the end waits for the last lines to be read. */
const LAST_MS = 200;

export function openLog(level = 'info'): ProgramLog {
  const sink = openLogSink(1, systemClock, (lines) =>
    logger.warn(
      { event: 'log-lines-dropped', lines },
      `${countOf(lines, 'line')} of the log could not be written`,
    ),
  );
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    isJournal(1) ? forJournal(sink) : sink,
  );
  return Object.assign(logger, {
    dropped: sink.dropped,
    async settled() {
      const until = performance.now() + LAST_MS;
      while (sink.waiting() && performance.now() < until) await setTimeout(10);
    },
  });
}

/** Where pino's lines go if the journal reads them. */
function forJournal(sink: LogSink): DestinationStream {
  const stream = {
    // Has pino set `lastLevel` before each line.
    [symbols.needsMetadataGsym]: true,
    lastLevel: 0,
    write(line: string) {
      sink.write(prioritised(line, priorityOf(stream.lastLevel)));
    },
  };
  return stream;
}

/** The priority of one of pino's levels, which is a number. */
function priorityOf(level: number): number {
  const { error = 50, warn = 40, info = 30 } = pino.levels.values;
  if (level >= error) return PRIORITY.error;
  if (level >= warn) return PRIORITY.warning;
  return level >= info ? PRIORITY.info : PRIORITY.debug;
}
