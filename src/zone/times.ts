/**
 * Times as operators write them: RFC 3339, with an offset. A time without an offset would be in an unknown time zone.
 */
import { rfc3339 } from '../platform/time.js';
import type { TextFault } from './text-fault.js';

/** RFC 3339 §5.6, without leap seconds, which no clock here has. */
const RFC_3339 =
  /^(\d{4}-\d{2}-\d{2})[T ]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?)(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;

/** Milliseconds since 1970. */
export function readTime(text: string): number | TextFault {
  const [, date = '', time, zone] = RFC_3339.exec(text) ?? [];
  // A day that the month does not have would be read as a day of the next month.
  const day = Date.parse(date);
  if (!Number.isNaN(day) && rfc3339(day).startsWith(date)) {
    const ms = Date.parse(`${date}T${time}${zone}`.toUpperCase());
    // In UTC, as it is written again, its year may have more than four digits, or be before the first.
    if (/^\d{4}-/.test(rfc3339(ms))) return ms;
  }
  return { fault: `"${text}" is not a time, expected one such as 2027-01-31T18:00:00Z` };
}
