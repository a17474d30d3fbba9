/**
 * Warnings about the validity period of the server's own certificate. Resolvers that probe for TLS accept any (RFC 9539
 * §3.2); others may not.
 */
import { DAY_MS } from '../platform/time.js';
import { formatSpan } from '../zone/durations.js';

/** When a certificate ends soon: within this time, or with this fraction of its lifetime left. */
const SOON_MS = 14 * DAY_MS;
const SOON_PART = 1 / 4;

/**
 * The warnings for a certificate valid between two times, in milliseconds like `now`. `soon` is how long before its end to
 * warn: by default two weeks, or a quarter of a shorter lifetime. Each text follows the certificate's name.
 */
export function ownCertificateWarnings(
  from: number,
  until: number,
  now: number,
  soon = Math.min(SOON_MS, (until - from) * SOON_PART),
): readonly string[] {
  if (until <= now) return ['has ended'];
  if (from > now) return [`is good only in ${formatSpan(from - now)}`];
  return until - now <= soon ? [`ends in ${formatSpan(until - now)}`] : [];
}
