/**
 * What must be undone when a start fails, and at the end: in reverse order, and all of it, whatever happens.
 */
import { setTimeout } from 'node:timers/promises';
import { describeError } from '../platform/errors.js';
import type { Log } from '../platform/log.js';

/** Something that runs until it is stopped. */
export interface Running {
  stop(): Promise<void> | void;
}

export interface Stops {
  /** Registers and returns it. */
  keep<T extends Running>(running: T): T;
  /** Whether stopping has begun. */
  isStopping(): boolean;
  /** Never rejects. */
  stop(): Promise<void>;
  /** The same, but returns after `ms` milliseconds at the latest, for a caller that has something to report. */
  stopWithin(ms: number): Promise<void>;
}

export function createStops(log: Log): Stops {
  const kept: Running[] = [];
  let stopping = false;
  async function stop(): Promise<void> {
    stopping = true;
    for (const running of kept.splice(0).reverse()) {
      try {
        await running.stop();
      } catch (error) {
        // The rest must still be undone.
        log.error({ event: 'stop-failed', error: describeError(error) }, `ending: ${describeError(error)}`);
      }
    }
  }
  return {
    keep(running) {
      kept.push(running);
      return running;
    },
    isStopping: () => stopping,
    stop,
    async stopWithin(ms) {
      // This timer keeps the process alive: even if a stop hangs, the reason gets reported.
      const patience = new AbortController();
      const late = setTimeout(ms, undefined, { signal: patience.signal }).catch(() => undefined);
      await Promise.race([stop(), late]);
      patience.abort();
    },
  };
}
