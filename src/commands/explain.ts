/**
 * The verb `explain`: with `--zones` or `--config`, the files as they are there, with the verdicts of the running server if
 * there is one; else the running server itself.
 */

import { join } from 'node:path';
import type { Explanation } from '../compile/explain.js';
import { runExplainJob } from '../compile/explain-job.js';
import { sketchWorld } from '../compile/world.js';
import { ask } from '../control/client.js';
import type { StatusReport } from '../control/reports.js';
import { explainJob } from '../daemon/explaining.js';
import { reportedKnowledge } from '../daemon/reported-knowledge.js';
import { makeRoster, poolAvailability } from '../daemon/roster.js';
import { GeopoolError } from '../errors.js';
import { formatFault } from '../zone/faults.js';
import { parseFiles, zoneFilesIn } from '../zone/zone-files.js';
import { resolveHosts } from './resolve-hosts.js';
import { readSettings, type SettingFlags } from './settings.js';
import { formatTable } from './table.js';

export interface ExplainFlags extends SettingFlags {
  readonly from: string;
  readonly type: 'A' | 'AAAA';
  readonly json?: boolean;
}

export async function explain(name: string, { from, type, json, ...flags }: ExplainFlags): Promise<number> {
  const offline = flags.zones !== undefined || flags.config !== undefined;
  const { control } = readSettings(flags);
  const explanation = offline
    ? await explainFiles(name, from, type, flags)
    : await ask<Explanation>(control, 'POST', '/explain', { name, from, type });
  process.stdout.write(
    json === true ? `${JSON.stringify(explanation)}\n` : `${formatExplanation(explanation)}\n`,
  );
  return 0;
}

async function explainFiles(
  name: string,
  from: string,
  type: 'A' | 'AAAA',
  flags: SettingFlags,
): Promise<Explanation> {
  const settings = readSettings(flags);
  const { zones, state, geo, control } = settings;
  const { loaded } = parseFiles(zoneFilesIn(zones));
  const hosts = await resolveHosts(
    loaded.map(({ zone }) => zone),
    settings,
  );
  const world = sketchWorld({ zones, geo: { ...geo, directory: join(state, 'geo') }, hosts });
  if (world.refused.length > 0) {
    const details = world.refused.flatMap(({ faults }) => faults.map(formatFault));
    throw new GeopoolError('ZONE_INVALID', 'zone files are wrong', { details });
  }
  for (const problem of world.sources.problems) process.stderr.write(`${problem}\n`);
  const roster = makeRoster(world);
  const now = Date.now();
  const knowledge = reportedKnowledge(await liveStatus(control), roster, now);
  return runExplainJob(
    explainJob(
      { name, from, type },
      roster,
      poolAvailability(roster, knowledge, now),
      knowledge,
      () => undefined,
      now,
    ),
  );
}

async function liveStatus(control: string): Promise<StatusReport | undefined> {
  try {
    return await ask<StatusReport>(control, 'GET', '/status');
  } catch (error) {
    if (error instanceof GeopoolError && error.code === 'SERVER_UNREACHABLE') return undefined;
    throw error;
  }
}

/** The explanation for a terminal. */
export function formatExplanation(explanation: Explanation): string {
  const { name, type, client, answers, cap, cap_raised, panic, candidates, excluded } = explanation;
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
    `${name} ${type} from ${client.ip}: ${client.country ?? 'country unknown'}${place}${asn}, scope /${client.scope}`,
    `${answers} of the following in each answer; nobody in more than ${(cap * 100).toFixed(1)} % of them${cap_raised ? ' (raised: too few are left to keep max_share)' : ''}`,
    ...(panic ? ['PANIC: the probes are doubted, all enabled mirrors count as up'] : []),
    '',
    noted ? formatTable([...header, 'note'], rows) : formatTable(header, rows),
    ...(excluded.length === 0 ? [] : ['', 'not answered:']),
    ...excluded.map(
      ({ mirror, address, reason }) => `  ${mirror}${address === null ? '' : ` ${address}`}: ${reason}`,
    ),
  ].join('\n');
}
