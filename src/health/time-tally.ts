/**
 * How long something was up and how long down, by the hour for the last eight days and by the day before that, for 180
 * days. Hours and days that are alike are kept as one run, so half a year of a mirror that is always up is two numbers
 * more than a day of it.
 */

/** `count` buckets from number `first` on, each with so many milliseconds up and down. */
export type Run = readonly [first: number, count: number, up: number, down: number];

export interface TimeTally {
  /** Numbers of hours since 1970. */
  hours: Run[];
  /** Numbers of days since 1970, all of them before those hours. */
  days: Run[];
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** What is older is forgotten. */
export const KEPT_DAYS = 180;
/** Days that are kept by the hour. */
const FINE_DAYS = 8;

export function emptyTally(): TimeTally {
  return { hours: [], days: [] };
}

/** Adds the time from `from` to `to`, in milliseconds since 1970, none of it before what was added last. */
export function addSpan(tally: TimeTally, from: number, to: number, state: 'up' | 'down'): void {
  for (let at = from; at < to; ) {
    const hour = Math.floor(at / HOUR_MS);
    const end = Math.min(to, (hour + 1) * HOUR_MS);
    addTo(tally.hours, hour, state === 'up' ? end - at : 0, state === 'down' ? end - at : 0);
    at = end;
  }
}

/** Folds old hours into days and forgets old days. `now` is in milliseconds since 1970. */
export function age(tally: TimeTally, now: number): void {
  const today = Math.floor(now / DAY_MS);
  const fine = (today - FINE_DAYS) * 24;
  const kept: Run[] = [];
  for (const [first, count, up, down] of tally.hours) {
    if (first >= fine) {
      kept.push([first, count, up, down]);
      continue;
    }
    const old = Math.min(count, fine - first);
    for (let hour = first; hour < first + old; hour++) addTo(tally.days, Math.floor(hour / 24), up, down);
    if (old < count) kept.push([fine, count - old, up, down]);
  }
  tally.hours = kept;
  const oldest = today - KEPT_DAYS;
  tally.days = tally.days.flatMap(([first, count, up, down]): Run[] => {
    const gone = Math.max(0, oldest - first);
    return gone < count ? [[first + gone, count - gone, up, down]] : [];
  });
}

/** Forgets the hour that `now` is in, and all later ones. */
export function forgetFrom(tally: TimeTally, now: number): void {
  tally.hours = before(tally.hours, Math.floor(now / HOUR_MS));
  tally.days = before(tally.days, Math.floor(now / DAY_MS));
}

/** The time up and down within the last `days` days before `now`, to the hour, or to the day for more than eight. */
export function sumOf({ hours, days }: TimeTally, now: number, wanted: number): { up: number; down: number } {
  const sum = { up: 0, down: 0 };
  const add = (runs: readonly Run[], since: number): void => {
    for (const [first, count, up, down] of runs) {
      const within = Math.min(count, first + count - since);
      if (within <= 0) continue;
      sum.up += within * up;
      sum.down += within * down;
    }
  };
  add(hours, Math.floor((now - wanted * DAY_MS) / HOUR_MS) + 1);
  add(days, Math.floor(now / DAY_MS) - wanted + 1);
  return sum;
}

/** Adds to bucket `index`, which is the last one or comes after it. */
function addTo(runs: Run[], index: number, up: number, down: number): void {
  const last = runs.at(-1);
  let bucket: Run = [index, 1, up, down];
  if (last !== undefined && last[0] + last[1] > index) {
    // Out of its run, as it is no longer like the others.
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
  runs.push([before[0], before[1] + 1, before[2], before[3]]);
}

function before(runs: readonly Run[], end: number): Run[] {
  return runs.flatMap(([first, count, up, down]): Run[] =>
    first < end ? [[first, Math.min(count, end - first), up, down]] : [],
  );
}
