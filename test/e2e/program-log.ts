/**
 * What a server prints while it runs: its log as lines that a test can wait for, and every octet of its output for tests
 * that search for what must not be there.
 */
import type { Running } from './program.js';
import { within } from './program.js';

export interface LogLine {
  readonly event: string;
  readonly level: string;
  /** RFC 3339. */
  readonly time: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface ProgramLog {
  readonly lines: readonly LogLine[];
  /** All of standard output and standard error so far. */
  output(): string;
  /** The first line of the event that matches, among those from number `from` on and those to come. */
  waitFor(event: string, matches?: (line: LogLine) => boolean, from?: number): Promise<LogLine>;
}

/** Follows the output of a program. */
export function followLog(child: Running): ProgramLog {
  const lines: LogLine[] = [];
  const listeners = new Set<() => void>();
  let output = '';
  let partial = '';
  let ended = false;
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    const whole = `${partial}${text}`.split('\n');
    partial = whole.pop() ?? '';
    for (const line of whole) lines.push(JSON.parse(line));
    tell();
  });
  child.once('close', () => {
    ended = true;
    tell();
  });

  return {
    lines,
    output: () => output,
    waitFor(event, matches = () => true, from = 0) {
      const found = new Promise<LogLine>((resolve, reject) => {
        let next = from;
        const look = (): void => {
          for (; next < lines.length; next++) {
            const line = lines[next];
            if (line?.event !== event || !matches(line)) continue;
            listeners.delete(look);
            resolve(line);
            return;
          }
          if (!ended) return;
          listeners.delete(look);
          reject(new Error(`the program ended without the event ${event}; it said:\n${output}`));
        };
        listeners.add(look);
        look();
      });
      return within(found, `the event ${event}`);
    },
  };
}
