/**
 * Time as something that is handed in, so that tests move it by hand. Decisions take a `Clock`; only `systemClock`
 * touches real timers. The wall clock may be set at any moment, by days or years: spans go by one that never is.
 */

export interface Clock {
  /** Wall time in milliseconds since 1970; it may jump. For what is shown, stored, or ends when people say. */
  now(): number;
  /**
   * What the wall clock would say had it never been set since the process began. For moments that spans are measured
   * from, and that are shown or stored besides: then by `wallOf`.
   */
  steady(): number;
  /** A moment of `steady` as the wall clock has it, the way that it goes now. */
  wallOf(moment: number): number;
  /** Milliseconds that only grow, the same in all threads. For measuring and deadlines. */
  monotonic(): number;
  /** Calls `run` once after `ms` milliseconds; the returned function cancels it. Does not keep the process alive. */
  after(ms: number, run: () => void): () => void;
}

/** Less is no reason to show other times than before. */
const SET_MS = 500;

const LOOK_MS = 1000;

export const systemClock: Clock = createSystemClock();

function createSystemClock(): Clock {
  /** From `steady` to wall time. */
  let shift = 0;
  // What `performance.now` begins with is a thread's own.
  const origin = Number(process.hrtime.bigint()) / 1e6 - performance.now();
  const steady = (): number => Math.floor(performance.timeOrigin + performance.now());
  return {
    now: () => Date.now(),
    steady,
    wallOf(moment) {
      const measured = Date.now() - steady();
      if (Math.abs(measured - shift) > SET_MS) shift = measured;
      return moment + shift;
    },
    monotonic: () => origin + performance.now(),
    after(ms, run) {
      const timer = setTimeout(run, ms);
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}

/** Calls `onSet` within a second after the wall clock was set, with by how much. Returns what ends that. */
export function watchWallClock(clock: Clock, onSet: (ms: number) => void): () => void {
  let known = clock.wallOf(0);
  let cancel = clock.after(LOOK_MS, look);
  function look(): void {
    const found = clock.wallOf(0);
    const ms = found - known;
    known = found;
    cancel = clock.after(LOOK_MS, look);
    if (ms !== 0) onSet(ms);
  }
  return () => cancel();
}
