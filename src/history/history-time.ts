/**
 * The time of a history. It passes while a process watches and while none does, up to a day, as a host is booted or a
 * package replaced; it does not pass because a clock is set. Where the wall clock leaps beyond that, the leap is kept beside
 * it: nothing grows old by it, and when the wall clock goes back, the leap is as if it had never been.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../platform/time.js';

export interface HistoryTime {
  /** Now, as far as events tell; 0 where there was none. */
  now(): number;
  /** What the wall clock says at an event, which may be that a process begins; gives now. */
  advance(wall: number, begins: boolean): number;
  /** The wall clock was set by so many milliseconds. */
  set(ms: number): void;
  /** What the wall clock said at a moment, or would have if it went as it does now. */
  wallOf(moment: number): number;
  /** The moment that was `span` milliseconds before `moment`, stops and all. */
  before(moment: number, span: number): number;
  state(): TimeState;
  /** Goes on from an earlier state. */
  resume(state: TimeState): void;
}

export interface TimeState {
  /** From a moment to what the wall clock says of it, in milliseconds. */
  readonly shift: number;
  /** The oldest first. */
  readonly leaps: readonly Leap[];
}

/** The wall clock went forward by `ms` up to a moment, and the history by `passed` alone. */
export interface Leap {
  readonly at: number;
  readonly ms: number;
  readonly passed: number;
  /** Nobody watched meanwhile, as far as anybody can tell: what was before is as old as that. */
  readonly stop: boolean;
}

/** Less is not worth keeping. */
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
    // Going back takes leaps back, the last one first.
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
      // An hour has nothing of both before and after.
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
