/**
 * The report that `history` shows: transitions, availability, and the mirrors that struck twice. Used by the running
 * server, and by the verb if no server runs.
 */
import type {
  AddressHistoryReport,
  Days,
  HistoryReport,
  TransitionReport,
} from '../control/history-report.js';
import type { History, Past } from '../history/history.js';
import type { HistorySubject, Transition } from '../history/history-event.js';
import { STRIKE_MS_AGO, strikesOf } from '../history/outages.js';
import { sumOf } from '../history/time-tally.js';
import { GeopoolError } from '../platform/errors.js';
import { inSlices } from '../platform/in-slices.js';
import { DAY_MS, rfc3339 } from '../platform/time.js';
import { globMatcher } from '../zone/mirror-glob.js';

const DAYS: readonly Days[] = ['1', '7', '30', '180'];

/**
 * The report of all mirrors, or of those that `wanted` names: `ZONE/NAME` or NAME, where NAME may be a glob. Rejects with
 * REQUEST_REFUSED if nothing is remembered of any of them. `now` is in the history's own time.
 */
export function reportHistory(history: History, now: number, wanted?: string): Promise<HistoryReport> {
  return inSlices(report(history, now, wanted));
}

/** The same; yields after each address for a pause, as there may be thousands. */
function* report(history: History, now: number, wanted?: string): Generator<void, HistoryReport> {
  const { wallOf, before } = history.time;
  const shown = (moment: number): string => rfc3339(wallOf(moment));
  const oldest = before(now, STRIKE_MS_AGO);
  const concerns = wanted === undefined ? () => true : matcher(wanted);
  const turned: { readonly subject: HistorySubject; readonly at: number; readonly what: Transition }[] = [];
  const addresses: AddressHistoryReport[] = [];
  for (const past of history.pasts(now)) {
    yield;
    const { subject } = past;
    if (!concerns(subject)) continue;
    for (const what of past.transitions) turned.push({ subject, at: wallOf(what.at), what });
    addresses.push(reportPast(past, (ms) => before(now, ms)));
  }
  if (wanted !== undefined && addresses.length === 0) {
    throw new GeopoolError('REQUEST_REFUSED', `${wanted}: nothing is remembered of such a mirror`);
  }
  turned.sort((a, b) => a.at - b.at);
  const transitions: TransitionReport[] = [];
  for (const { subject, at, what } of turned) {
    yield;
    const { zone, pool, mirror, address } = subject;
    const { from, to, cause = '' } = what;
    transitions.push({ zone, pool, mirror, address, at: rfc3339(at), from, to, cause });
  }
  const mirrors: HistoryReport['mirrors'][number][] = [];
  for (const { zone, mirror, outages } of history.mirrors(now)) {
    yield;
    if (!concerns({ zone, mirror })) continue;
    const strikes = strikesOf(outages, now, oldest);
    mirrors.push({
      zone,
      mirror,
      strikes: strikes.map(({ from, to, ms }) => ({
        from: shown(from),
        ...(to !== undefined && { to: shown(to) }),
        minutes: Math.round(ms / 60_000),
      })),
      struck_twice: strikes.length >= 2,
    });
  }
  return { at: shown(now), transitions, addresses, mirrors };
}

function matcher(wanted: string): (subject: { readonly zone: string; readonly mirror: string }) => boolean {
  const slash = wanted.indexOf('/');
  const zone = slash < 0 ? undefined : wanted.slice(0, slash).toLowerCase().replace(/\.$/, '');
  const matches = globMatcher(wanted.slice(slash + 1));
  return (subject) => (zone === undefined || subject.zone === zone) && matches(subject.mirror);
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
