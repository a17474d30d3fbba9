/**
 * Spans in milliseconds, and times as everything here writes them: RFC 3339 in UTC, in the log, in state files, in JSON
 * and on terminals.
 */
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Milliseconds since 1970 as a time. RFC 3339 only for years of four digits; throws beyond 8.64e15 ms. */
export function rfc3339(ms: number): string {
  return new Date(ms).toISOString();
}

/** The day of a time, in UTC. */
export function dateOf(ms: number): string {
  return rfc3339(ms).slice(0, 10);
}
