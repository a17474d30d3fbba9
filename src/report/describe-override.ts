/** An override in words, for people and for explanations. */
import type { OverrideReport } from '../control/mirror-report.js';
import type { Override } from '../health/overrides.js';
import { rfc3339 } from '../platform/time.js';

/** For example `disabled: disk full (by alice, until 2027-01-31T18:00:00.000Z)`. */
export function describeOverride({ state, reason, until, by, member, local, file }: OverrideReport): string {
  const notes = [
    ...(by === undefined ? [] : [`by ${by}`]),
    ...(member === undefined ? [] : [`on ${member}`]),
    ...(local === undefined ? [] : ['here alone']),
    ...(file === undefined ? [] : [`in ${file}`]),
    ...(until === undefined ? [] : [`until ${until}`]),
  ];
  const what = state === 'up' ? 'held up' : 'disabled';
  const why = reason === undefined ? what : `${what}: ${reason}`;
  return notes.length === 0 ? why : `${why} (${notes.join(', ')})`;
}

/** The override as shown in status, lists and history. */
export function reportOverride({
  state = 'down',
  reason,
  since,
  until,
  by,
  member,
  local,
  file,
}: Override): OverrideReport {
  return {
    state,
    ...(reason !== '' && { reason }),
    since: rfc3339(since),
    ...(until !== undefined && { until: rfc3339(until) }),
    ...(by !== undefined && { by }),
    ...(member !== undefined && { member }),
    ...(local !== undefined && { local }),
    ...(file !== undefined && { file }),
  };
}
