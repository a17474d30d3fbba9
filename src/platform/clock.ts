/**
 * Time as a parameter, so that tests can move it by hand. Decisions take a `Clock`; only `systemClock` touches real timers.
 * The wall clock may be set at any moment, by days or years. So spans are measured with a clock that is never set.
 */

export interface Clock {
  /** Wall time in milliseconds since 1970; it may jump. For times that are shown, stored, or set by people. */
  now(): number;
  /**
   * What the wall clock would say had it never been set since the process began. For moments from which spans are
   * measured. `wallOf` turns them into wall time to show or store them.
   */
  steady(): number;
  /** A moment of `steady` as wall time, by the present setting of the wall clock. */
  wallOf(moment: number): number;
  /** Milliseconds that never go back, the same in all threads. For measuring and deadlines. */
  monotonic(): number;
  /** Calls `run` once after `ms` milliseconds; the returned function cancels it. Does not keep the process alive. */
  after(ms: number, run: () => void): () => void;
}

/** A smaller change of the wall clock does not change the times that are shown. */
const SET_MS = 500;

const LOOK_MS = 1000;

export const systemClock: Clock = createSystemClock();

function createSystemClock(): Clock {
  /** From `steady` to wall time. */
  let shift = 0;
  // Each thread has its own zero of `performance.now`.
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

/** Calls `onSet` with the difference within a second after the wall clock was set. Returns a function that ends that. */
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
