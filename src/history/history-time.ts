/**
 * The time of a history. It passes while a process watches, and for up to a day while none does, as when a host boots or a
 * package is replaced. It does not pass because a clock is set. If the wall clock leaps farther than that, the leap is
 * recorded separately: nothing ages by it, and if the wall clock goes back, the leap is undone.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../platform/time.js';

export interface HistoryTime {
  /** The present moment, as far as events tell; 0 before the first event. */
  now(): number;
  /** Takes the wall time of an event; `begins` if the event is the start of a process. Returns the present moment. */
  advance(wall: number, begins: boolean): number;
  /** The wall clock was set by `ms` milliseconds. */
  set(ms: number): void;
  /** What the wall clock said at a moment, or would have said if it had been set as it is now. */
  wallOf(moment: number): number;
  /** The moment `span` milliseconds before `moment`, with the time of stops counted in. */
  before(moment: number, span: number): number;
  state(): TimeState;
  /** Continues from an earlier state. */
  resume(state: TimeState): void;
}

export interface TimeState {
  /** Milliseconds to add to the present moment for the wall time. */
  readonly shift: number;
  /** The oldest first. */
  readonly leaps: readonly Leap[];
}

/** Up to a moment, the wall clock went forward by `ms`, but the history's time only by `passed`. */
export interface Leap {
  readonly at: number;
  readonly ms: number;
  readonly passed: number;
  /** No process watched meanwhile, as far as is known: everything from before has aged by the full time. */
  readonly stop: boolean;
}

/** Smaller leaps are not recorded. */
const LEAP_MS = MINUTE_MS;
const MOST_LEAPS = 100;

export function createHistoryTime(): HistoryTime {
  let now = 0;
  let shift = 0;
  let leaps: readonly Leap[] = [];

  function leap(ms: number, passed: number, stop: boolean): void {
    now += passed;
    shift += ms - passed;
    if (ms >= LEAP_MS) leaps = [...leaps, { at: now, ms, passed, stop }].slice(-MOST_LEAPS);
    // A step back undoes leaps, the last one first.
    let back = Math.max(0, -ms);
    leaps = leaps.toReversed().flatMap((one) => {
      const taken = Math.min(back, one.ms);
      back -= taken;
      const left = { ...one, ms: one.ms - taken };
      return left.ms === 0 && left.passed === 0 ? [] : left;
    });
    leaps = leaps.toReversed();
  }

  return {
    now: () => now,

    advance(wall, begins) {
      const passed = wall - shift - now;
      if (now === 0) now = wall - shift;
      else if (passed < -HOUR_MS) leap(passed, 0, false);
      // Advances to the next full hour, so that no hour holds time from both before and after the stop.
      else if (begins && passed > DAY_MS) leap(passed, HOUR_MS - (now % HOUR_MS), true);
      else if (passed > 0) now += passed;
      return now;
    },

    set: (ms) => leap(ms, 0, false),

    wallOf(moment) {
      let wall = moment + shift;
      for (const { at, ms, passed } of leaps) if (at > moment) wall -= ms - passed;
      return wall;
    },

    before(moment, span) {
      let found = moment - span;
      for (const { at, ms, passed, stop } of leaps.toReversed()) {
        if (found >= at) break;
        if (stop) found = Math.min(at, found + ms - passed);
      }
      return found;
    },

    state: () => ({ shift, leaps }),

    resume(state) {
      shift = state.shift;
      leaps = state.leaps;
    },
  };
}
