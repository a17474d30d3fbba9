/**
 * What is said of the times of the server's own certificate. Resolvers that look for TLS take any (RFC 9539 §3.2); others may
 * not.
 */
import { DAY_MS } from '../platform/time.js';
import { formatSpan } from '../zone/durations.js';

/** It ends soon: so long before it does, or that part of its life. */
const SOON_MS = 14 * DAY_MS;
const SOON_PART = 1 / 4;

/**
 * Of one that is good from a time until another, in milliseconds as `now` is; `soon`: how long before its end that is to be
 * said, by default two weeks, or when a quarter of a shorter life is left. Each goes on after what it is called.
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
