/**
 * What a history says, as `history` shows it: transitions, availability, and who has struck twice. For the running
 * server and for the verb that finds none.
 */
import type {
  AddressHistoryReport,
  Days,
  HistoryReport,
  TransitionReport,
} from '../control/history-report.js';
import { GeopoolError } from '../errors.js';
import type { History, Past } from '../health/history.js';
import { STRIKE_MS_AGO, strikesOf } from '../health/outages.js';
import { sumOf } from '../health/time-tally.js';
import { DAY_MS, rfc3339 } from '../time.js';
import { globMatcher } from '../zone/mirror-glob.js';

const DAYS: readonly Days[] = ['1', '7', '30', '180'];

/**
 * The report of all mirrors, or of those that `wanted` names: `ZONE/NAME` or NAME, where NAME may be a glob. Throws
 * REQUEST_REFUSED where nothing is remembered of any. `now` is in the history's own time.
 */
export function reportHistory(history: History, now: number, wanted?: string): HistoryReport {
  const shown = (moment: number): string => rfc3339(history.time.wallOf(moment));
  const oldest = history.time.before(now, STRIKE_MS_AGO);
  const concerns = wanted === undefined ? () => true : matcher(wanted);
  const pasts = [...history.pasts(now)].filter(({ subject }) => concerns(subject));
  if (wanted !== undefined && pasts.length === 0) {
    throw new GeopoolError('REQUEST_REFUSED', `${wanted}: nothing is remembered of such a mirror`);
  }
  return {
    at: shown(now),
    transitions: pasts
      .flatMap((past) => transitionsOf(past, shown))
      .sort((a, b) => Date.parse(a.at) - Date.parse(b.at)),
    addresses: pasts.map((past) => reportPast(past, (ms) => history.time.before(now, ms))),
    mirrors: [...history.mirrors()].filter(concerns).map(({ zone, mirror, outages }) => {
      const strikes = strikesOf(outages, now, oldest);
      return {
        zone,
        mirror,
        strikes: strikes.map(({ from, to, ms }) => ({
          from: shown(from),
          ...(to !== undefined && { to: shown(to) }),
          minutes: Math.round(ms / 60_000),
        })),
        struck_twice: strikes.length >= 2,
      };
    }),
  };
}

function matcher(wanted: string): (subject: { readonly zone: string; readonly mirror: string }) => boolean {
  const slash = wanted.indexOf('/');
  const zone = slash < 0 ? undefined : wanted.slice(0, slash).toLowerCase().replace(/\.$/, '');
  const matches = globMatcher(wanted.slice(slash + 1));
  return (subject) => (zone === undefined || subject.zone === zone) && matches(subject.mirror);
}

function transitionsOf(
  { subject, transitions }: Past,
  shown: (moment: number) => string,
): TransitionReport[] {
  const { zone, pool, mirror, address } = subject;
  return transitions.map(({ at, from, to, cause = '' }) => ({
    zone,
    pool,
    mirror,
    address,
    at: shown(at),
    from,
    to,
    cause,
  }));
}

function reportPast(
  { subject, state, watched, tally }: Past,
  ago: (ms: number) => number,
): AddressHistoryReport {
  const availability: Record<Days, number | null> = { '1': null, '7': null, '30': null, '180': null };
  const observed: Record<Days, number> = { '1': 0, '7': 0, '30': 0, '180': 0 };
  for (const days of DAYS) {
    const { up, down } = sumOf(tally, ago(Number(days) * DAY_MS));
    if (up + down > 0) availability[days] = up / (up + down);
    observed[days] = Math.round((up + down) / 1000);
  }
  return { ...subject, state, watched, availability, observed };
}
