/**
 * A certificate that is about to end, in words. It is no verdict: the mirror serves until then, and where certificates
 * are not verified even after.
 */
import { dateOf } from '../platform/time.js';
import { formatSpan } from '../zone/durations.js';

/** The warning for a certificate that ends at `ends`; undefined while it is longer than `warn` to then. Milliseconds. */
export function certificateWarning(ends: number, warn: number, now: number): string | undefined {
  const left = ends - now;
  if (left > warn) return undefined;
  const date = dateOf(ends);
  return left > 0
    ? `certificate ends in ${formatSpan(left)} (${date})`
    : `certificate has ended ${formatSpan(-left)} ago (${date})`;
}
