/**
 * Shows what is under way to a person who waits at a terminal: one line on standard error, which is cleared at the end. If
 * standard error is not a terminal, nothing is written.
 */

import { TERMINAL } from './output.js';

/** Says what is under way. */
export type Progress = (what: string) => void;

/** Tells a terminal to clear the line. */
const CLEAR = '\r\u001b[K';

/** Runs `work`, which reports its progress. */
export async function withProgress<T>(
  work: (progress: Progress) => Promise<T>,
  terminal = TERMINAL,
): Promise<T> {
  if (!terminal.isTTY) return work(() => undefined);
  try {
    return await work((what) => terminal.write(`${CLEAR}${what} …`));
  } finally {
    terminal.write(CLEAR);
  }
}
