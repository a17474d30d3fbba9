/**
 * `explain` from zone files, with the verdicts of the running server if there is one.
 */
import type { Explanation } from '../compile/explain.js';
import { runExplainJob } from '../compile/explain-job.js';
import { sketchWorld } from '../compile/world.js';
import { explainJob } from '../daemon/explaining.js';
import { poolAvailability } from '../daemon/pool-health.js';
import { reportedSnapshot } from '../daemon/reported-snapshot.js';
import { indexTargets } from '../daemon/target-index.js';
import { databaseWarnings } from '../daemon/world-log.js';
import { controlPaths } from './control-path.js';
import { printError } from './output.js';
import { readSettings, type SettingFlags } from './settings.js';
import { liveStatus, requireAllGood, zoneWorldRequest } from './zone-world.js';

/** Rejects with ZONE_INVALID if a file is wrong. */
export async function explainFiles(
  name: string,
  from: string,
  type: 'A' | 'AAAA',
  flags: SettingFlags,
): Promise<Explanation> {
  const settings = readSettings(flags);
  const world = sketchWorld(await zoneWorldRequest(settings));
  requireAllGood(world.refused);
  printError(...world.sources.problems, ...databaseWarnings(world));
  const index = indexTargets(world);
  const now = Date.now();
  const snapshot = reportedSnapshot(await liveStatus(await controlPaths(flags)), index, now);
  return runExplainJob(
    explainJob(
      { name, from, type },
      index,
      (pool) => poolAvailability(index, pool, snapshot, now),
      snapshot,
      () => undefined,
      now,
    ),
  );
}
