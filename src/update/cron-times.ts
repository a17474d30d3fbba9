/**
 * When a schedule is next due. node-cron determines the days that an expression means. The time of day is ours, because
 * node-cron omits times that daylight saving skips. Here, 02:30 on that night in spring is an hour later instead of on the
 * next day, and on that night in autumn it comes once.
 */
import { createTask, parse } from 'node-cron';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../platform/time.js';

/** A 29 February that is a Monday comes within 40 years. */
const LONGEST = 41 * 366 * DAY_MS;

/**
 * The first time after `now` that a valid cron expression means, in local time; both in milliseconds since 1970. Undefined
 * if there is none.
 */
export function nextCronTime(expression: string, now: number): number | undefined {
  const dial = dialOf(now);
  // Among times that are skipped or repeated, one that is later on the dial can be an earlier moment.
  for (let at = nextOnDial(expression, dial); at !== undefined; at = nextOnDial(expression, at)) {
    const moment = momentOf(at);
    if (moment > now) return moment;
  }
  return undefined;
}

/** Like `nextCronTime`, but in clock readings: a time line without gaps or repetitions, encoded as if it were UTC. */
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
    // Removes it from node-cron's registry.
    void task.destroy();
  }
}

/** What a local clock shows at a given moment. */
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

/** When a local clock shows this reading. A skipped one is the moment it would have been, a repeated one the first. */
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
