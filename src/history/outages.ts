/**
 * Strikes. The runbook of a mirror pool drops a mirror that failed twice in six months, so somebody has to count, and in
 * a way that is fair: an outage is a mirror's and not an address's, a restart is none, and what happened while the probes
 * themselves were ignored is not held against it.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../platform/time.js';

/** A time in which at least one address of a mirror was down, with what came within an hour after it. */
export interface Outage {
  readonly from: number;
  /** When all were up again; absent while they are not. */
  readonly to?: number;
  /**
   * Milliseconds of it that count, with an address down and the probes counting. Of an open one the time since `from` is
   * not in it yet, and what of that does not count is taken off in advance.
   */
  readonly ms: number;
}

/** A shorter outage is a restart, not a strike. */
export const STRIKE_MS = 5 * MINUTE_MS;
/** What fails again within this is the same outage. */
const SAME_MS = HOUR_MS;
/** Six months. */
export const STRIKE_MS_AGO = 180 * DAY_MS;
/** A mirror with so many is known well enough. */
const MOST = 50;

/** The outages after the mirror began to be down (`down`) or ceased to be, at `at`; the same where that is nothing new. */
export function turnOutage(outages: readonly Outage[], down: boolean, at: number): readonly Outage[] {
  const last = outages.at(-1);
  const open = last !== undefined && last.to === undefined;
  if (open === down) return outages;
  const before = outages.slice(0, -1);
  if (open) {
    const { from, ms } = last;
    return [...before, { from, to: at, ms: ms + Math.max(0, at - from) }];
  }
  if (last?.to !== undefined && at - last.to < SAME_MS) {
    // Open again: `ms` holds what was counted, and the time until now must not be counted with it.
    return [...before, { from: last.from, ms: last.ms - (at - last.from) }];
  }
  return [...outages.filter((outage) => outage.ms >= STRIKE_MS).slice(1 - MOST), { from: at, ms: 0 }];
}

/** The outages since `oldest`, six months ago, that are strikes; an open one counts as far as it went. */
export function strikesOf(
  outages: readonly Outage[],
  now: number,
  oldest = now - STRIKE_MS_AGO,
): readonly Outage[] {
  return outages
    .map((outage) => ({ ...outage, ms: counted(outage, now) }))
    .filter(({ to, ms }) => ms >= STRIKE_MS && (to ?? now) > oldest);
}

function counted({ from, to, ms }: Outage, now: number): number {
  return to === undefined ? ms + Math.max(0, now - from) : ms;
}
