/**
 * When a schedule says next. node-cron says which days an expression means; which moment a time of day is, we decide
 * ourselves, since it leaves out what daylight saving skips: 02:30 on that night in spring is an hour later here and not the
 * day after, and on that night in autumn it comes once.
 */
import { createTask, parse } from 'node-cron';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../platform/time.js';

/** A 29 February that is a Monday comes after 40 years at the latest. */
const LONGEST = 41 * 366 * DAY_MS;

/**
 * The first moment after `now` that a valid cron expression means, in local time; both in milliseconds since 1970.
 * Undefined where there is none.
 */
export function nextCronTime(expression: string, now: number): number | undefined {
  const dial = dialOf(now);
  // Of the times that are skipped or come twice, some that come later on the dial are earlier.
  for (let at = nextOnDial(expression, dial); at !== undefined; at = nextOnDial(expression, at)) {
    const moment = momentOf(at);
    if (moment > now) return moment;
  }
  return undefined;
}

/** As `nextAppointment`, by what clocks show: a time line with neither gaps nor repetitions, written as if it were UTC. */
function nextOnDial(expression: string, dial: number): number | undefined {
  const task = createTask(expression, () => undefined, { timezone: 'UTC' });
  try {
    const { second, minute, hour, month } = parse(expression);
    const times = hour
      .flatMap((h) => minute.flatMap((m) => second.map((s) => h * HOUR_MS + m * MINUTE_MS + s * 1000)))
      .sort((a, b) => a - b);
    const today = Math.floor(dial / DAY_MS) * DAY_MS;
    for (let day = today; day <= today + LONGEST; day += DAY_MS) {
      if (!month.includes(new Date(day).getUTCMonth() + 1)) continue;
      if (!task.match(new Date(day + (times[0] ?? 0)))) continue;
      const time = times.find((ms) => day + ms > dial);
      if (time !== undefined) return day + time;
    }
    return undefined;
  } finally {
    // Takes it out of node-cron's registry.
    void task.destroy();
  }
}

/** What a local clock shows at a moment. */
function dialOf(moment: number): number {
  const local = new Date(moment);
  return Date.UTC(
    local.getFullYear(),
    local.getMonth(),
    local.getDate(),
    local.getHours(),
    local.getMinutes(),
    local.getSeconds(),
  );
}

/** When a local clock shows that: for what is skipped the moment that it would have been, for what comes twice the first. */
function momentOf(dial: number): number {
  const shown = new Date(dial);
  return new Date(
    shown.getUTCFullYear(),
    shown.getUTCMonth(),
    shown.getUTCDate(),
    shown.getUTCHours(),
    shown.getUTCMinutes(),
    shown.getUTCSeconds(),
  ).getTime();
}
