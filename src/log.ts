/**
 * The log: pino, JSON lines on standard output, an `event` on each line that a script may match. Nothing that came from
 * a client goes in: no address, no client subnet, no name of a query.
 */
import { pino } from 'pino';

/** What rooms need of a logger; pino's has it. The first argument's `event` is a stable kebab-case word. */
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

/** The program's log, written at once so that nothing is lost when it ends. */
export function openLog(level = 'info'): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ fd: 1, sync: true }),
  );
}
