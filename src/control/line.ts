/**
 * A line before work that takes much memory or time: a few run at once, a limited number wait, and further callers are
 * refused. A thousand callers cost no more than a few.
 */
import { GeopoolError } from '../platform/errors.js';

/** Does the work when its turn comes. Rejects as the work does, or at once with REQUEST_REFUSED if the line is full. */
export type Line = <T>(work: () => Promise<T>) => Promise<T>;

export function createLine(atOnce: number, mostWaiting: number): Line {
  let running = 0;
  const waiting: (() => void)[] = [];

  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  }

  return async (work) => {
    if (running < atOnce) running++;
    else {
      if (waiting.length >= mostWaiting) {
        throw new GeopoolError(
          'REQUEST_REFUSED',
          `${running + waiting.length} others ask for the same just now; try again in a moment`,
        );
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      leave();
    }
  };
}
