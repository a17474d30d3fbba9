/**
 * `explain` by files: the zones as they are there, with the verdicts of the running server if there is one.
 */
import type { Explanation } from '../compile/explain.js';
import { runExplainJob } from '../compile/explain-job.js';
import { sketchWorld } from '../compile/world.js';
import { ask } from '../control/client.js';
import type { StatusReport } from '../control/status-report.js';
import { explainJob } from '../daemon/explaining.js';
import { geoRequest } from '../daemon/fetched-databases.js';
import { reportedKnowledge } from '../daemon/reported-knowledge.js';
import { makeRoster, poolAvailability } from '../daemon/roster.js';
import { asnWarnings } from '../daemon/world-log.js';
import { GeopoolError } from '../errors.js';
import { formatFault } from '../zone/faults.js';
import { parseFiles, zoneFilesIn } from '../zone/zone-files.js';
import { controlPaths } from './control-path.js';
import { complain } from './output.js';
import { resolveHosts } from './resolve-hosts.js';
import { readSettings, type SettingFlags } from './settings.js';

/** Throws ZONE_INVALID where a file is wrong. */
export async function explainFiles(
  name: string,
  from: string,
  type: 'A' | 'AAAA',
  flags: SettingFlags,
): Promise<Explanation> {
  const settings = readSettings(flags);
  const { zones } = settings;
  const { loaded } = parseFiles(zoneFilesIn(zones));
  const hosts = await resolveHosts(
    loaded.map(({ zone }) => zone),
    settings,
  );
  const world = sketchWorld({ zones, geo: geoRequest(settings), hosts });
  if (world.refused.length > 0) {
    const details = world.refused.flatMap(({ faults }) => faults.map(formatFault));
    throw new GeopoolError('ZONE_INVALID', 'zone files are wrong', { details });
  }
  complain(...world.sources.problems, ...asnWarnings(world));
  const roster = makeRoster(world);
  const now = Date.now();
  const knowledge = reportedKnowledge(await liveStatus(await controlPaths(flags)), roster, now);
  return runExplainJob(
    explainJob(
      { name, from, type },
      roster,
      world.pools.map((_, number) => poolAvailability(roster, number, knowledge, now)),
      knowledge,
      () => undefined,
      now,
    ),
  );
}

async function liveStatus(control: readonly string[]): Promise<StatusReport | undefined> {
  try {
    return await ask<StatusReport>(control, 'GET', '/status');
  } catch (error) {
    if (error instanceof GeopoolError && error.code === 'SERVER_UNREACHABLE') return undefined;
    throw error;
  }
}
