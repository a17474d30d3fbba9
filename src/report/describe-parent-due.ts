/** What the parent of a signed zone must have before an old key goes, in words. */
import type { ParentDueReport } from '../control/mirror-report.js';

/** Whether it is too late for resolvers that asked the parent just before; `now` in milliseconds since 1970. */
export function isLate({ until }: ParentDueReport, now: number): boolean {
  return now >= Date.parse(until);
}

/** In one line. */
export function describeParentDue(zone: string, due: ParentDueReport, now: number): string {
  const { next, old, until, removed } = due;
  const check = `geopool dnssec status ${zone} --check-parent --note`;
  if (!isLate(due, now)) return `${zone}: the parent must have the DS of key ${next} by ${until}: ${check}`;
  return `${zone}: nobody noted that the parent had the DS of key ${next} by ${until}; where it had not, resolvers refuse the zone from ${removed} on, when key ${old} goes: ${check}, or write a later "remove" of key ${old}`;
}
