/**
 * A mirror that comes and goes is worse than one that is gone: each fall breaks downloads, and each return invites new
 * ones. So a mirror that fails now and then, or that falls for the third time within an hour, does not rise after a few
 * good probes. It must be steady for an hour, and for longer with each relapse. This only ever keeps a mirror out: a
 * fall is never delayed. Pure.
 */
import { HOUR_MS } from '../platform/time.js';

export interface Flap {
  /** When failures began after a success, by the steady clock; only the last few, the oldest first. */
  readonly lapses: readonly number[];
  /** When it fell: also by the steady clock, only the last few, the oldest first. */
  readonly falls: readonly number[];
  /** How often it relapsed; 0 for a fall with no flapping before it. */
  readonly level: number;
}

export const STEADY: Flap = { lapses: [], falls: [], level: 0 };

/** How far back flapping is looked for, and the shortest time that a flapping mirror is held down. */
const WINDOW_MS = HOUR_MS;
/** For a probe with a long interval, the window is this many intervals instead. */
const WINDOW_PROBES = 64;
/** One lapse in this many probes is not yet flapping. */
const PROBES_PER_LAPSE = 30;
const FEWEST_LAPSES = 4;
const MOST_LAPSES = 20;
/** A mirror may be restarted twice within the window. */
const FALLS = 3;
/** The hold is the window at level 1, then two, four and eight times the window. */
export const MOST_LEVEL = 4;

/** After a failure that follows a success, or that is the very first probe. */
export function lapse(flap: Flap, interval: number, now: number): Flap {
  return { ...flap, lapses: [...flap.lapses, now].slice(-tolerated(interval)) };
}

/** After a fall. */
export function fall(flap: Flap, interval: number, now: number): Flap {
  const { level } = flap;
  const before = flap.falls.at(-1);
  const falls = [...flap.falls, now].slice(-FALLS);
  if (level > 0 && before !== undefined && now - before < 2 * holdOf(level, interval)) {
    return { ...flap, falls, level: Math.min(level + 1, MOST_LEVEL) };
  }
  const [first = now] = falls;
  const often = falls.length === FALLS && now - first < windowOf(interval);
  return { ...flap, falls, level: often || unsteadySince(flap, interval, now) !== undefined ? 1 : 0 };
}

/** Until when a mirror that is down may not rise, however good its probes. A time in the past if nothing holds it. */
export function heldUntil(flap: Flap, interval: number, now: number): number {
  const hold = holdOf(flap.level, interval);
  // A fall stored by a clock that was ahead must not hold the mirror for years.
  const relapse = hold === 0 ? 0 : Math.min(flap.falls.at(-1) ?? 0, now) + hold;
  const since = unsteadySince(flap, interval, now);
  return Math.max(relapse, since === undefined ? 0 : since + windowOf(interval));
}

/** The first of the lapses that are flapping now; with a longer interval than before, it is not the first one kept. */
function unsteadySince({ lapses }: Flap, interval: number, now: number): number | undefined {
  const first = lapses.at(-tolerated(interval));
  return first !== undefined && first <= now && now - first < windowOf(interval) ? first : undefined;
}

function windowOf(interval: number): number {
  return Math.max(WINDOW_MS, WINDOW_PROBES * interval);
}

/** This many lapses within the window are flapping. */
function tolerated(interval: number): number {
  const lapses = Math.round(windowOf(interval) / interval / PROBES_PER_LAPSE);
  return Math.min(MOST_LAPSES, Math.max(FEWEST_LAPSES, lapses));
}

function holdOf(level: number, interval: number): number {
  return level === 0 ? 0 : windowOf(interval) * 2 ** (level - 1);
}
