/**
 * Time as it is held against clients. A thread that gets no core reads nothing either: what came meanwhile waits in its
 * sockets, and timers go off before sockets are read. So a wait between two looks for clients that are late counts as
 * what it should have been, and nobody is cut because the server was.
 */
import type { Clock } from '../platform/clock.js';

export interface FairClock {
  /** Milliseconds; never goes back, and stands where the next look is overdue. */
  now(): number;
  /** Begins the next wait; gives the time. */
  look(): number;
}

/** With so many milliseconds from one look to the next. */
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
