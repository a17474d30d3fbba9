/** An override in words, for people and for explanations. */
import type { OverrideReport } from '../control/mirror-report.js';

/** Such as `disabled: disk full (by alice, until 2027-01-31T18:00:00.000Z)`. */
export function describeOverride({ state, reason, until, by, file }: OverrideReport): string {
  const notes = [
    ...(by === undefined ? [] : [`by ${by}`]),
    ...(file === undefined ? [] : [`in ${file}`]),
    ...(until === undefined ? [] : [`until ${until}`]),
  ];
  const what = state === 'up' ? 'held up' : 'disabled';
  const why = reason === undefined ? what : `${what}: ${reason}`;
  return notes.length === 0 ? why : `${why} (${notes.join(', ')})`;
}
