/**
 * The verb `explain`: with `--zones` or `--config` it explains the zone files as they are, with the verdicts of the running
 * server if there is one. Otherwise it asks the running server.
 */
import type { Explanation } from '../compile/explain.js';
import { describeOrder } from '../compile/explain-order.js';
import { ask } from '../control/client.js';
import { describePanic } from '../report/describe-panic.js';
import { controlPaths } from './control-path.js';
import { print, printJson } from './output.js';
import type { SettingFlags } from './settings.js';
import { formatTable } from './table.js';

export interface ExplainFlags extends SettingFlags {
  readonly from: string;
  readonly type: 'A' | 'AAAA';
  readonly json?: boolean;
}

export async function explain(name: string, { from, type, json, ...flags }: ExplainFlags): Promise<number> {
  const offline = flags.zones !== undefined || flags.config !== undefined;
  const explanation = offline
    ? await (await import('./explain-files.js')).explainFiles(name, from, type, flags)
    : await ask<Explanation>(await controlPaths(flags), 'POST', '/explain', { name, from, type });
  if (json === true) printJson(explanation);
  else print(...formatExplanation(explanation));
  return 0;
}

/** The explanation for a terminal. */
export function formatExplanation(explanation: Explanation): string[] {
  const { name, type, client, answers, cap, cap_raised, panic, candidates, excluded } = explanation;
  const { order, instead, extended_error, refused, panic_action } = explanation;
  const block = client.special_purpose;
  const country = client.country ?? (block === undefined ? 'country unknown' : `special-purpose (${block})`);
  const place = client.latitude === undefined ? '' : ` at ${client.latitude}, ${client.longitude}`;
  const asn = client.asn === undefined ? '' : `, AS${client.asn}`;
  const rows = candidates.map((candidate) => [
    candidate.mirror,
    candidate.address,
    candidate.distance_km === undefined ? '-' : candidate.distance_km.toFixed(0),
    String(candidate.band),
    candidate.tier,
    String(candidate.weight),
    candidate.probability.toFixed(3),
    candidate.note ?? '',
  ]);
  const noted = candidates.some(({ note }) => note !== undefined);
  const header = ['mirror', 'address', 'km', 'band', 'tier', 'weight', 'probability'];
  return [
    `${name} ${type} from ${client.ip}: ${country}${place}${asn}, scope /${client.scope}`,
    ...(block === undefined
      ? []
      : [`a client subnet in ${block} is ignored, its resolver counts; a resolver in ${block} gets this:`]),
    ...(order === undefined ? [] : [describeOrder(order)]),
    instead !== undefined
      ? `no mirror is answered, but ${instead}${extended_error === undefined ? '' : ` (${extended_error})`}${refused === undefined ? '' : `; refused: ${refused}`}`
      : answers === 0
        ? 'no mirror is answered: the answer is empty (NODATA)'
        : `${answers} of the following in each answer; cap ${(cap * 100).toFixed(1)} %${cap_raised ? ' (raised: too few are left to keep max_share)' : ''}`,
    ...(panic ? [`PANIC: ${describePanic(panic_action)}`] : []),
    ...(rows.length === 0 ? [] : ['', ...formatTable(noted ? [...header, 'note'] : header, rows)]),
    ...(excluded.length === 0 ? [] : ['', 'not answered:']),
    ...excluded.map(
      ({ mirror, address, reason }) => `  ${mirror}${address === null ? '' : ` ${address}`}: ${reason}`,
    ),
  ];
}
