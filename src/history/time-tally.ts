/**
 * How long something was up and how long it was down: by hour for the last eight days, and by day before that, for 180
 * days. Equal hours or days in a row are kept as one run. So half a year of a mirror that is always up takes one run
 * more than a day.
 */
import { DAY_MS, HOUR_MS } from '../platform/time.js';

/** `count` buckets starting at number `first`, each with `up` and `down` milliseconds. */
export type Run = readonly [first: number, count: number, up: number, down: number];

export interface TimeTally {
  /** Buckets are hours since 1970. */
  hours: Run[];
  /** Buckets are days since 1970, all before those hours. */
  days: Run[];
}

/** Older days are forgotten. */
export const KEPT_DAYS = 180;
/** Days that are kept by hour. */
const FINE_DAYS = 8;

export function emptyTally(): TimeTally {
  return { hours: [], days: [] };
}

/** Adds the time from `from` to `to`, in milliseconds since 1970. Additions must be in order of time. */
export function addSpan(tally: TimeTally, from: number, to: number, state: 'up' | 'down'): void {
  // Whole hours are added together, so that a long time takes no longer to add.
  for (let at = from; at < to; ) {
    const hour = Math.floor(at / HOUR_MS);
    const hours = at === hour * HOUR_MS ? Math.max(1, Math.floor((to - at) / HOUR_MS)) : 1;
    const end = Math.min(to, (hour + hours) * HOUR_MS);
    const each = (end - at) / hours;
    addTo(tally.hours, hour, hours, state === 'up' ? each : 0, state === 'down' ? each : 0);
    at = end;
  }
}

/** Folds old hours into days and forgets old days. `now` is in milliseconds since 1970. */
export function age(tally: TimeTally, now: number): void {
  const today = Math.floor(now / DAY_MS);
  const fine = (today - FINE_DAYS) * 24;
  const oldest = today - KEPT_DAYS;
  const kept: Run[] = [];
  for (const [first, count, up, down] of tally.hours) {
    const end = first + count;
    for (let hour = Math.max(first, oldest * 24); hour < Math.min(end, fine); ) {
      const day = Math.floor(hour / 24);
      const hours = Math.min(end, fine, (day + 1) * 24) - hour;
      addTo(tally.days, day, 1, hours * up, hours * down);
      hour += hours;
    }
    if (end > fine) kept.push([Math.max(first, fine), end - Math.max(first, fine), up, down]);
  }
  tally.hours = kept;
  tally.days = tally.days.flatMap(([first, count, up, down]): Run[] => {
    const gone = Math.max(0, oldest - first);
    return gone < count ? [[first + gone, count - gone, up, down]] : [];
  });
}

/** The time up and down since `from`: to the hour, or to the day if that is more than eight days ago. */
export function sumOf({ hours, days }: TimeTally, from: number): { up: number; down: number } {
  const sum = { up: 0, down: 0 };
  const add = (runs: readonly Run[], since: number): void => {
    for (const [first, count, up, down] of runs) {
      const within = Math.min(count, first + count - since);
      if (within <= 0) continue;
      sum.up += within * up;
      sum.down += within * down;
    }
  };
  add(hours, Math.ceil(from / HOUR_MS));
  add(days, Math.ceil(from / DAY_MS));
  return sum;
}

/** Adds to bucket `index` if it is the last one; otherwise appends `buckets` buckets, beginning with `index`. */
function addTo(runs: Run[], index: number, buckets: number, up: number, down: number): void {
  const last = runs.at(-1);
  let bucket: Run = [index, buckets, up, down];
  if (last !== undefined && last[0] + last[1] > index) {
    // Splits it off its run, as it now differs from the others.
    const [first, count, oldUp, oldDown] = last;
    runs.pop();
    const at = first + count - 1;
    if (count > 1) runs.push([first, count - 1, oldUp, oldDown]);
    bucket = [at, 1, oldUp + up, oldDown + down];
  }
  const before = runs.at(-1);
  const alike =
    before !== undefined &&
    before[0] + before[1] === bucket[0] &&
    before[2] === bucket[2] &&
    before[3] === bucket[3];
  if (!alike) {
    runs.push(bucket);
    return;
  }
  runs.pop();
  runs.push([before[0], before[1] + bucket[1], before[2], before[3]]);
}
