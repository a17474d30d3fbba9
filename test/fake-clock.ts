/**
 * A clock that only tests move. Timers run in the order in which they are due, and what they set off (promises,
 * immediates) is let finish before the next one runs, so that an hour passes in milliseconds and always the same way.
 */
import type { Clock } from '../src/platform/clock.js';

export interface FakeClock extends Clock {
  /** Lets `ms` milliseconds pass. */
  advance(ms: number): Promise<void>;
  /** The process stands still for `ms` milliseconds: all that was due meanwhile runs late, at the end of it. */
  stall(ms: number): Promise<void>;
  /** Sets the wall clock forward or back; monotonic time does not notice. */
  jump(ms: number): void;
  /** The number of timers that wait. */
  waiting(): number;
}

interface Timer {
  readonly due: number;
  readonly run: () => void;
}

/** Starts at 2026-01-01 in wall time and at some odd monotonic time, so that mixing up the two shows. */
export function createFakeClock(start = Date.UTC(2026, 0, 1)): FakeClock {
  const timers = new Set<Timer>();
  let wall = start;
  let monotonic = 12_345;
  let set = 0;

  function pass(ms: number): void {
    wall += ms;
    monotonic += ms;
  }

  /** The earliest timer due by `until`, the first set of equals. */
  function nextDue(until: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of timers) {
      if (timer.due <= until && (next === undefined || timer.due < next.due)) next = timer;
    }
    return next;
  }

  async function runUntil(until: number): Promise<void> {
    await settle();
    for (let timer = nextDue(until); timer !== undefined; timer = nextDue(until)) {
      timers.delete(timer);
      pass(Math.max(0, timer.due - monotonic));
      timer.run();
      await settle();
    }
    pass(until - monotonic);
  }

  return {
    now: () => wall,
    steady: () => wall - set,
    wallOf: (moment) => moment + set,
    monotonic: () => monotonic,
    after(ms, run) {
      const timer = { due: monotonic + Math.max(0, ms), run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance: (ms) => runUntil(monotonic + ms),
    async stall(ms) {
      await settle();
      pass(ms);
      await runUntil(monotonic);
    },
    jump(ms) {
      wall += ms;
      set += ms;
    },
    waiting: () => timers.size,
  };
}

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
