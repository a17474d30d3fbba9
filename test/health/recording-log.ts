/** A log that keeps its lines, for tests to look at. */
import type { Log, LogFields } from '../../src/platform/log.js';

export interface Line extends LogFields {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
}

export interface RecordingLog extends Log {
  readonly lines: Line[];
  /** The events so far, in order. */
  events(): string[];
}

export function createRecordingLog(): RecordingLog {
  const lines: Line[] = [];
  const keep = (level: Line['level']) => (fields: LogFields, message: string) => {
    lines.push({ ...fields, level, message });
  };
  return {
    lines,
    events: () => lines.map((line) => line.event),
    debug: keep('debug'),
    info: keep('info'),
    warn: keep('warn'),
    error: keep('error'),
  };
}
