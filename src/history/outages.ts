/**
 * Strikes. A mirror pool's runbook drops a mirror that failed twice in six months, so failures must be counted, and
 * fairly: an outage belongs to a mirror and not to an address, a restart is no outage, and what happened while verdicts
 * were suppressed does not count against the mirror.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../platform/time.js';

/** A time in which at least one address of a mirror was down. A failure within an hour after it belongs to it. */
export interface Outage {
  readonly from: number;
  /** When all addresses were up again; absent: it still lasts. */
  readonly to?: number;
  /**
   * Milliseconds of it that count: an address was down and verdicts were not suppressed. For an open outage, the time
   * since `from` is not yet included, and the part of it that does not count has been subtracted in advance.
   */
  readonly ms: number;
}

/** A shorter outage is a restart, not a strike. */
export const STRIKE_MS = 5 * MINUTE_MS;
/** A new failure within this time belongs to the same outage. */
const SAME_MS = HOUR_MS;
/** Six months. */
export const STRIKE_MS_AGO = 180 * DAY_MS;
/** No more outages than this are kept of a mirror. */
const MOST = 50;

/** The outages after the mirror went down (`down`) or came back, at `at`; the same array if nothing changed. */
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
    // Reopened: `ms` keeps what was counted so far, and the time up to now must not be added to it.
    return [...before, { from: last.from, ms: last.ms - (at - last.from) }];
  }
  return [...outages.filter((outage) => outage.ms >= STRIKE_MS).slice(1 - MOST), { from: at, ms: 0 }];
}

/** The outages since `oldest` (six months ago) that are strikes; an open one counts up to `now`. */
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
