/**
 * The clock for the clients' time limits. A thread that gets no core reads nothing either: data waits in its sockets
 * meanwhile, and timers fire before sockets are read. So the wait between two checks for late clients counts as no more than
 * it should have been, and no client is cut because the server was late.
 */
import type { Clock } from '../platform/clock.js';

export interface FairClock {
  /** Milliseconds. It never goes back, and stands still while the next check is overdue. */
  now(): number;
  /** Begins the next wait; returns the time. */
  look(): number;
}

/** A clock with `every` milliseconds from one check to the next. */
export function createFairClock({ monotonic }: Pick<Clock, 'monotonic'>, every: number): FairClock {
  let fair = 0;
  let looked = monotonic();
  const now = (): number => fair + Math.min(monotonic() - looked, every);
  return {
    now,
    look() {
      fair = now();
      looked = monotonic();
      return fair;
    },
  };
}
