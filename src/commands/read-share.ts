/**
 * Reads a percentage from an option of a verb.
 */
import { GeopoolError } from '../platform/errors.js';

/** Returns 0 to 1 for a percentage such as `50%`. Throws USAGE for anything else. */
export function readShare(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const share = /^\d+(?:\.\d+)?%$/.test(text) ? Number.parseFloat(text) / 100 : Number.NaN;
  if (share >= 0 && share <= 1) return share;
  throw new GeopoolError('USAGE', `${option} ${text}: expected a percentage such as 50%`);
}
