/**
 * How a worker thread begins: it is there before there is anything to answer from, and waits to be told.
 */
import { once } from 'node:events';
import type { MessagePort } from 'node:worker_threads';

/** What a thread that nobody needs is told instead of a start. */
export const NO_START = null;

/** What the thread is told to start with. Where it is NO_START, the thread ends. */
export async function awaitStart<T>(port: MessagePort): Promise<T> {
  const [start]: (T | typeof NO_START)[] = await once(port, 'message');
  // In a worker this ends the thread alone.
  if (start === NO_START) process.exit();
  if (start === undefined) throw new Error('a worker is told what to start with');
  return start;
}
