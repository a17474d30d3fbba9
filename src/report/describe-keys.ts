/** The keys of a signed zone in words. */
import type { KeysReport } from '../control/mirror-report.js';

/** In one line. */
export function describeKeys({ signing, next, retired, withdrawn, next_change }: KeysReport): string {
  return [
    `key ${signing} signs`,
    ...(next === undefined ? [] : [`key ${next} follows`]),
    ...retired.map((tag) => `key ${tag} goes`),
    ...(withdrawn ? ['the parent is asked to take all DS away'] : []),
    ...(next_change === undefined ? [] : [`next change at ${next_change}`]),
  ].join(', ');
}

/** Whether a change is in progress that an operator may have to attend to. */
export function isMoving({ next, retired, withdrawn }: KeysReport): boolean {
  return next !== undefined || retired.length > 0 || withdrawn;
}
