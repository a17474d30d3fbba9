/**
 * The demo's side of the terminal: lines come in at a prompt, and what happens meanwhile is said above it. Without a
 * terminal it is the same text with no prompt.
 */
import { clearLine, createInterface, cursorTo, type Interface } from 'node:readline';
import type { Log, LogFields, ProgramLog } from '../platform/log.js';

export interface Screen {
  say(text: string): void;
  /** The lines that are typed, until input ends or `ending` is aborted; Ctrl-C aborts it. */
  lines(ending: AbortController): AsyncIterable<string>;
}

/** `end` is called where nobody reads any more. */
export function openScreen(end: () => void): Screen {
  process.stdout.on('error', end);
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  let prompt: Interface | undefined;
  return {
    say(text) {
      if (prompt !== undefined) {
        clearLine(process.stdout, 0);
        cursorTo(process.stdout, 0);
      }
      process.stdout.write(`${text}\n`);
      prompt?.prompt(true);
    },
    async *lines(ending) {
      const { stdin: input, stdout } = process;
      const typed = createInterface({
        input,
        signal: ending.signal,
        ...(isTerminal && { output: stdout, prompt: 'demo> ' }),
      });
      typed.once('SIGINT', () => ending.abort());
      if (isTerminal) prompt = typed;
      prompt?.prompt();
      try {
        for await (const line of typed) {
          yield line;
          prompt?.prompt();
        }
      } finally {
        prompt = undefined;
        typed.close();
      }
    },
  };
}

/** What of the log a person at the demo wants to see, besides all warnings and errors. */
const TOLD: readonly string[] = ['mirror-disabled', 'mirror-enabled', 'override-ended', 'panic-over'];

/** The daemon's log in plain words: verdicts as they change, and whatever is wrong. */
export function eventLog(say: (text: string) => void): Log & Pick<ProgramLog, 'dropped'> {
  const tell = (_fields: LogFields, message: string): void => {
    say(`${new Date().toTimeString().slice(0, 8)} ${message}`);
  };
  return {
    debug: () => undefined,
    info(fields, message) {
      // That they are up at first is no news.
      const news = fields.event === 'verdict-changed' && fields.from !== 'unknown';
      if (news || TOLD.includes(fields.event)) tell(fields, message);
    },
    warn: tell,
    error: tell,
    dropped: () => 0,
  };
}
