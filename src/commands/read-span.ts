/** Reads a duration from an option of a verb. */
import { GeopoolError } from '../platform/errors.js';
import { readDuration } from '../zone/durations.js';

/** Returns the milliseconds of a duration such as `14d`. Throws USAGE for anything else. */
export function readSpan(option: string, text: string): number {
  const ms = readDuration(text);
  if (typeof ms === 'number') return ms;
  throw new GeopoolError('USAGE', `${option}: ${ms.fault}`);
}
