/**
 * Time as something that is handed in, so that tests move it by hand. Decisions take a `Clock`; only `systemClock`
 * touches real timers.
 */

export interface Clock {
  /** Wall time in milliseconds since 1970; it may jump. For what is shown and stored. */
  now(): number;
  /** Milliseconds that only grow. For measuring and deadlines. */
  monotonic(): number;
  /** Calls `run` once after `ms` milliseconds; the returned function cancels it. Does not keep the process alive. */
  after(ms: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
