/**
 * Long work on a thread that has other things to do. The work yields often, and when its time slice is used up, everything
 * else that is due runs first.
 */
import { setImmediate } from 'node:timers/promises';

/** Milliseconds that the work may run before it gives up the thread. */
const SLICE_MS = 5;

/** Does the work slice by slice. It can be interrupted wherever it yields. */
export async function inSlices<T>(work: Generator<void, T>): Promise<T> {
  let until = performance.now() + SLICE_MS;
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (performance.now() < until) continue;
    await setImmediate();
    until = performance.now() + SLICE_MS;
  }
}
