/** The option --until: when the effect of a verb ends. */
import { GeopoolError } from '../platform/errors.js';
import { rfc3339 } from '../platform/time.js';
import { readDuration } from '../zone/durations.js';
import { readTime } from '../zone/times.js';

/** RFC 3339 has four digits for the year. */
const YEAR_10000 = Date.UTC(10_000, 0);

/** The end as RFC 3339 in UTC, from such a time or from a duration, which is `lasts` in milliseconds. Throws USAGE. */
export function endOf(text: string, now: number): { end: string; lasts?: number } {
  const lasts = readDuration(text);
  if (typeof lasts === 'number' && now + lasts < YEAR_10000) return { end: rfc3339(now + lasts), lasts };
  const time = readTime(text);
  if (typeof time === 'number') return { end: rfc3339(time) };
  throw new GeopoolError(
    'USAGE',
    `--until ${text}: expected a time such as 2027-01-31T18:00:00Z, or a duration such as 2h`,
  );
}
