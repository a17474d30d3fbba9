/**
 * The verb `history`: what happened to the mirrors, from the running server if there is one, otherwise from what the last
 * one left in the state directory.
 */
import { join } from 'node:path';
import { ask } from '../control/client.js';
import type { HistoryReport } from '../control/history-report.js';
import { countOf } from '../platform/count-of.js';
import { describeError, GeopoolError } from '../platform/errors.js';
import { DAY_MS } from '../platform/time.js';
import { formatSpan } from '../zone/durations.js';
import { controlPaths } from './control-path.js';
import { print, printError, printJson } from './output.js';
import type { SettingFlags } from './settings.js';
import { formatTable } from './table.js';

export interface HistoryFlags extends SettingFlags {
  readonly json?: boolean;
  readonly summary?: boolean;
}

export async function history(
  mirror: string | undefined,
  { json, summary, ...flags }: HistoryFlags,
): Promise<number> {
  const report = await askOrRead(flags, mirror);
  if (json !== true) print(...formatHistoryReport(report, summary === true));
  else printJson(summary === true ? summaryOf(report) : report.transitions);
  return 0;
}

async function askOrRead(flags: SettingFlags, mirror: string | undefined): Promise<HistoryReport> {
  try {
    return await ask<HistoryReport>(
      await controlPaths(flags),
      'POST',
      '/history',
      mirror === undefined ? {} : { mirror },
    );
  } catch (error) {
    if (!(error instanceof GeopoolError) || error.code !== 'SERVER_UNREACHABLE') throw error;
    const { readSettings } = await import('./settings.js');
    return await readState(readSettings(flags).state, mirror, error);
  }
}

async function readState(state: string, mirror: string | undefined, unreachable: GeopoolError) {
  const { rememberedHistory } = await import('../history/history-file.js');
  const { reportHistory } = await import('../daemon/history-report.js');
  try {
    const { history, damaged } = await rememberedHistory(state, Date.now());
    if (damaged > 0) printError(`${join(state, 'history.log')}: ${countOf(damaged, 'line')} not whole`);
    return await reportHistory(history, history.time.now(), mirror);
  } catch (error) {
    if (error instanceof GeopoolError) throw error;
    throw new GeopoolError(
      'SERVER_UNREACHABLE',
      `no server answers (${unreachable.message}), and ${state} holds no history (${describeError(error)})`,
      { cause: error },
    );
  }
}

function summaryOf({ at, addresses, mirrors }: HistoryReport): Omit<HistoryReport, 'transitions'> {
  return { at, addresses, mirrors };
}

/** The report for a terminal: transitions, then availability and strikes. */
export function formatHistoryReport(
  { transitions, addresses, mirrors }: HistoryReport,
  summary: boolean,
): string[] {
  const strikes = new Map(mirrors.map((entry) => [`${entry.zone}/${entry.mirror}`, entry]));
  const rows = addresses.map(({ zone, pool, mirror, address, state, watched, availability, observed }) => [
    mirror,
    address,
    pool,
    watched ? state : `${state}, not watched now`,
    ...DAYS.map((days) => share(availability[days], observed[days] * 1000, Number(days))),
    String(strikes.get(`${zone}/${mirror}`)?.strikes.length ?? 0),
  ]);
  const twice = mirrors.filter(({ struck_twice }) => struck_twice);
  return [
    ...(summary ? [] : [...formatTransitions(transitions), '']),
    ...formatTable(
      ['mirror', 'address', 'pool', 'state', '1 day', '7 days', '30 days', '180 days', 'strikes'],
      rows,
    ),
    ...(twice.length === 0 ? [] : ['', 'struck twice or more in six months:']),
    ...twice.map(({ zone, mirror, strikes }) => {
      const outages = strikes.map(({ from, to, minutes }) =>
        to === undefined ? `${from} (it still lasts)` : `${from} (${minutes} min)`,
      );
      return `  ${zone}/${mirror}: ${outages.join(', ')}`;
    }),
  ];
}

function formatTransitions(transitions: HistoryReport['transitions']): string[] {
  if (transitions.length === 0) return ['no transition is remembered'];
  return formatTable(
    ['at', 'mirror', 'address', 'pool', 'from', 'to', 'why'],
    transitions.map(({ at, mirror, address, pool, from, to, cause }) => [
      at,
      mirror,
      address,
      pool,
      from,
      to,
      cause,
    ]),
  );
}

const DAYS = ['1', '7', '30', '180'] as const;

/** The part of these days in which an address was up. If it was not observed for all of them, says for how long it was. */
function share(part: number | null, observed: number, days: number): string {
  if (part === null) return '-';
  // Rounded down, so that 100% means that it was never down.
  const percent = part === 1 ? '100%' : `${(Math.floor(part * 10_000) / 100).toFixed(2)}%`;
  // The first bucket may be counted only in part: an hour, or a day for more than 8 days.
  const all = days * DAY_MS * 0.99 - (days > 8 ? DAY_MS : DAY_MS / 24);
  return observed < all ? `${percent} of ${formatSpan(observed)}` : percent;
}
