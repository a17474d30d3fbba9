/**
 * The warning about a certificate that expires soon. It is not a verdict: the mirror works until then, and even afterwards
 * where certificates are not verified.
 */
import { dateOf } from '../platform/time.js';
import { formatSpan } from '../zone/durations.js';

/** The warning for a certificate that ends at `ends`; undefined while more than `warn` is left. Milliseconds. */
export function certificateWarning(ends: number, warn: number, now: number): string | undefined {
  const left = ends - now;
  if (left > warn) return undefined;
  const date = dateOf(ends);
  return left > 0
    ? `certificate ends in ${formatSpan(left)} (${date})`
    : `certificate expired ${formatSpan(-left)} ago (${date})`;
}
