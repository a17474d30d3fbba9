/** Reads a duration from an option of a verb. */
import { GeopoolError } from '../platform/errors.js';
import { formatDuration, readDuration } from '../zone/durations.js';

/** Returns the milliseconds of a duration such as `14d`, of `most` at most. Throws USAGE for anything else. */
export function readSpan(option: string, text: string, most = Infinity): number {
  const ms = readDuration(text);
  if (typeof ms !== 'number') throw new GeopoolError('USAGE', `${option}: ${ms.fault}`);
  if (ms > most) throw new GeopoolError('USAGE', `${option}: ${text} is more than ${formatDuration(most)}`);
  return ms;
}
