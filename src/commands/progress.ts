/**
 * What is under way, for somebody who waits at a terminal: one line on standard error that is gone when it is done. Anybody
 * else sees nothing of it.
 */

import { TERMINAL } from './output.js';

/** Says what is under way. */
export type Progress = (what: string) => void;

/** What a terminal obeys: the line is empty again. */
const CLEAR = '\r\u001b[K';

/** Does `work`, which says how far it is. */
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
