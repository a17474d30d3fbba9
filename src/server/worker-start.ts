/**
 * How a worker thread begins: it starts before there is anything to answer from, and waits to be told what to use.
 */
import { once } from 'node:events';
import type { MessagePort } from 'node:worker_threads';

/** Sent in place of a start to a thread that is not needed. */
export const NO_START = null;

/** What the thread is told to start with. If that is NO_START, the thread ends. */
export async function awaitStart<T>(port: MessagePort): Promise<T> {
  const [start]: (T | typeof NO_START)[] = await once(port, 'message');
  // In a worker this ends only the thread.
  if (start === NO_START) process.exit();
  if (start === undefined) throw new Error('a worker is told what to start with');
  return start;
}
