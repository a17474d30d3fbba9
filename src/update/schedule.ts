/**
 * When to look for new databases, as pure decisions. Most cron jobs run on the hour, and a server that is asked by the whole
 * world in the same minute fails all of them. So a random delay follows each appointed minute, and a shorter one each start.
 */
import type { Random } from '../platform/random.js';
import { DAY_MS, MINUTE_MS } from '../platform/time.js';

/** The delay after an appointed minute: up to half an hour. */
export function cronDelayMs(random: Random): number {
  return Math.floor(random() * 30 * MINUTE_MS);
}

/** The delay after a start, so that probes and sockets come first: 5 to 20 seconds. */
export function startDelayMs(random: Random): number {
  return 5_000 + Math.floor(random() * 15_000);
}

/** What is known of an edition at a start. */
export interface EditionState {
  readonly hasFile: boolean;
  /** The time of the last successful check, in milliseconds since 1970. */
  readonly lastSuccess?: number | undefined;
}

/**
 * Whether to check an edition soon after a start instead of waiting for the next appointed time: it has no file, or no
 * successful check within a day. A success in the future comes from a wrong clock and does not count.
 */
export function isDue({ hasFile, lastSuccess }: EditionState, now: number): boolean {
  if (!hasFile || lastSuccess === undefined || lastSuccess > now) return true;
  return now - lastSuccess > DAY_MS;
}
