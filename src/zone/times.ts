/**
 * Times as operators write them: RFC 3339, with an offset. A time without one is somebody's local time, and nobody knows
 * whose.
 */
import type { TextFault } from './text-fault.js';

/** RFC 3339 §5.6. */
const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/** Milliseconds since 1970. */
export function readTime(text: string): number | TextFault {
  const time = RFC_3339.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  return { fault: `"${text}" is not a time, expected one such as 2027-01-31T18:00:00Z` };
}
