/**
 * The demo's terminal: lines are read at a prompt, and what happens meanwhile is printed above it. Without a terminal, the
 * same text is printed without a prompt.
 */
import { clearLine, createInterface, cursorTo, type Interface } from 'node:readline';
import type { Log, LogFields, ProgramLog } from '../platform/log.js';

export interface Screen {
  say(text: string): void;
  /** The lines that are typed, until input ends or `ending` is aborted; Ctrl-C aborts it. */
  lines(ending: AbortController): AsyncIterable<string>;
}

/** `end` is called when standard output can't be written any more. */
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

/** Events that the demo shows besides changed verdicts and all warnings and errors. */
const TOLD: readonly string[] = ['mirror-disabled', 'mirror-enabled', 'override-ended', 'panic-over'];

/** The daemon's log as plain text: verdicts that change, and everything that is wrong. */
export function eventLog(say: (text: string) => void): Log & Pick<ProgramLog, 'dropped'> {
  const tell = (_fields: LogFields, message: string): void => {
    say(`${new Date().toTimeString().slice(0, 8)} ${message}`);
  };
  return {
    debug: () => undefined,
    info(fields, message) {
      // A mirror's first verdict is not news.
      const news = fields.event === 'verdict-changed' && fields.from !== 'unknown';
      if (news || TOLD.includes(fields.event)) tell(fields, message);
    },
    warn: tell,
    error: tell,
    dropped: () => 0,
  };
}
