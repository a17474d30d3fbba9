/**
 * When to look for new databases: pure decisions. Everybody's cron says "at the full hour", and a server asked by the whole
 * world in one minute is down for all of it; so a random delay follows each appointed minute, and a shorter one each start.
 */
import type { Random } from '../platform/random.js';
import { DAY_MS, MINUTE_MS } from '../platform/time.js';

/** The delay after an appointed minute: up to half an hour. */
export function cronDelayMs(random: Random): number {
  return Math.floor(random() * 30 * MINUTE_MS);
}

/** The delay after a start, when probes and sockets come first: 5 to 20 seconds. */
export function startDelayMs(random: Random): number {
  return 5_000 + Math.floor(random() * 15_000);
}

/** What is known of one edition at a start. */
export interface EditionState {
  readonly hasFile: boolean;
  /** Of the last check that ended well, in milliseconds since 1970. */
  readonly lastSuccess?: number | undefined;
}

/**
 * Whether an edition is to be asked for soon after a start and not only at the next appointed time: there is no file, or no
 * check ended well within a day. A success in the future is from a clock that was wrong, and does not count.
 */
export function isDue({ hasFile, lastSuccess }: EditionState, now: number): boolean {
  if (!hasFile || lastSuccess === undefined || lastSuccess > now) return true;
  return now - lastSuccess > DAY_MS;
}
