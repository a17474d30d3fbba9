/**
 * What to undo where a start fails, and at the end: the last first, and whatever happens all of it.
 */
import { setTimeout } from 'node:timers/promises';
import { describeError } from '../platform/errors.js';
import type { Log } from '../platform/log.js';

/** Something that runs until it is told to stop. */
export interface Running {
  stop(): Promise<void> | void;
}

export interface Stops {
  /** Gives what is to be stopped back. */
  keep<T extends Running>(running: T): T;
  /** Whether it has begun. */
  isStopping(): boolean;
  /** Never rejects. */
  stop(): Promise<void>;
  /** The same within some time: for whoever has something to say then. */
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
        // What else there is to undo must not stay open for it.
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
      // A timer that keeps the process alive: whatever hangs, the reason is said.
      const patience = new AbortController();
      const late = setTimeout(ms, undefined, { signal: patience.signal }).catch(() => undefined);
      await Promise.race([stop(), late]);
      patience.abort();
    },
  };
}
