/**
 * Long work on a thread that has other things to do: it rests often, and where it has had its time, whatever else is due
 * comes first.
 */
import { setImmediate } from 'node:timers/promises';

/** Milliseconds that work has before it lets others have the thread. */
const SLICE_MS = 5;

/** Does the work, a slice at a time; it may rest wherever it yields. */
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
