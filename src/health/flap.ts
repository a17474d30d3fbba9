/**
 * A mirror that comes and goes is worse than one that is gone: each fall breaks downloads, and each return invites new
 * ones. So who fails now and then, or falls for the third time within an hour, does not rise after a few good probes but
 * has to be steady for an hour, and longer with each relapse. It only ever keeps a mirror out: a fall is never delayed.
 * Pure.
 */
import { HOUR_MS } from '../platform/time.js';

export interface Flap {
  /** When failures began after a success, by the steady clock; the last few, the oldest first. */
  readonly lapses: readonly number[];
  /** When it fell, likewise. */
  readonly falls: readonly number[];
  /** How often it relapsed: 0 for a fall out of the blue. */
  readonly level: number;
}

export const STEADY: Flap = { lapses: [], falls: [], level: 0 };

/** What is looked back on, and how long who flaps is held down at least. */
const WINDOW_MS = HOUR_MS;
/** A probe that is asked rarely is looked at over as many intervals instead. */
const WINDOW_PROBES = 64;
/** Of so many probes one may begin to fail, and nobody calls it flapping. */
const PROBES_PER_LAPSE = 30;
const FEWEST_LAPSES = 4;
const MOST_LAPSES = 20;
/** A mirror may be restarted twice within the window. */
const FALLS = 3;
/** Held down for the window, then twice, four times, eight times as long. */
export const MOST_LEVEL = 4;

/** After a failure that came after a success, or is the first probe of all. */
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
  return { ...flap, falls, level: often || isUnsteady(flap, interval, now) ? 1 : 0 };
}

/** Until when who is down may not rise, however good its probes; a time that has passed where nothing holds it. */
export function heldUntil(flap: Flap, interval: number, now: number): number {
  const hold = holdOf(flap.level, interval);
  // A clock that was ahead when it fell must not hold it for years.
  const relapse = hold === 0 ? 0 : Math.min(flap.falls.at(-1) ?? 0, now) + hold;
  const unsteady = isUnsteady(flap, interval, now) ? (flap.lapses[0] ?? 0) + windowOf(interval) : 0;
  return Math.max(relapse, unsteady);
}

function isUnsteady({ lapses }: Flap, interval: number, now: number): boolean {
  const most = tolerated(interval);
  const first = lapses.at(-most);
  return lapses.length >= most && first !== undefined && first <= now && now - first < windowOf(interval);
}

function windowOf(interval: number): number {
  return Math.max(WINDOW_MS, WINDOW_PROBES * interval);
}

/** So many lapses within the window are flapping. */
function tolerated(interval: number): number {
  const lapses = Math.round(windowOf(interval) / interval / PROBES_PER_LAPSE);
  return Math.min(MOST_LAPSES, Math.max(FEWEST_LAPSES, lapses));
}

function holdOf(level: number, interval: number): number {
  return level === 0 ? 0 : windowOf(interval) * 2 ** (level - 1);
}
