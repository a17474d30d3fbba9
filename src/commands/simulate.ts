/**
 * The verb `simulate`: what clients all over the world will be answered from these zone files.
 */
import { writeFileSync } from 'node:fs';
import { catchmentCount } from '../answer/catchments.js';
import type { Geography } from '../compile/map/geography.js';
import type { PoolPlan } from '../compile/pool-plan.js';
import type { World } from '../compile/world.js';
import type { StatusReport } from '../control/status-report.js';
import { poolAvailability } from '../daemon/pool-health.js';
import { reportedSnapshot } from '../daemon/reported-snapshot.js';
import { type HealthSnapshot, indexTargets, type TargetIndex } from '../daemon/target-index.js';
import { clientsOver, weighBy } from '../foresight/clients.js';
import { reportSimulation } from '../foresight/report.js';
import { type SimulatedPool, simulate } from '../foresight/simulation.js';
import type { GeoDescription } from '../geo/geo-sources.js';
import { readMmdb } from '../geo/mmdb-file.js';
import { readLocationTree } from '../geo/place-trees.js';
import { describeError, GeopoolError } from '../platform/errors.js';
import { targetKey } from '../probe/target.js';
import { countryWeights } from '../zone/world-weights.js';
import { controlPaths } from './control-path.js';
import { formatSimulation } from './format-simulation.js';
import { print, printJson } from './output.js';
import { type Progress, withProgress } from './progress.js';
import { readShare } from './read-share.js';
import { readSettings, readWeights, type SettingFlags } from './settings.js';
import { buildZoneWorld, liveStatus, poolsNamed } from './zone-world.js';

export interface SimulateFlags extends SettingFlags {
  /** Owner name; absent: all. */
  readonly pool?: string;
  /** Mirrors that are taken to be down: ZONE/NAME, or NAME in all zones. */
  readonly down?: readonly string[];
  /** The running server says which addresses are up; otherwise all are. */
  readonly live?: boolean;
  /** A file of country weights, like that of `world_weights`, which is the default. */
  readonly weights?: string;
  /** Clients are weighted by the answers that the running server counted. */
  readonly counted?: boolean;
  readonly withoutLimit?: boolean;
  /** Lists each mirror with more than this share of a country: `50%`. */
  readonly above?: string;
  readonly json?: boolean;
  readonly html?: string;
}

export async function simulateFiles(flags: SimulateFlags): Promise<number> {
  const above = readShare('--above', flags.above);
  const now = Date.now();
  const { world, simulated } = await withProgress((progress) => simulateWorld(flags, now, progress));
  const report = reportSimulation(simulated, above);
  if (flags.html !== undefined) {
    const { simulationPage } = await import('../http/simulation-page.js');
    const parts = report.pools.map((report) => ({ report, mirrors: placesIn(world, report.zone) }));
    writePage(flags.html, simulationPage(parts, now));
  }
  if (flags.json) printJson(report);
  else print(...formatSimulation(report));
  return 0;
}

function writePage(file: string, page: string): void {
  try {
    writeFileSync(file, page);
  } catch (error) {
    throw new GeopoolError('USAGE', `--html ${file}: can't be written: ${describeError(error)}`);
  }
}

async function simulateWorld(
  flags: SimulateFlags,
  now: number,
  progress: Progress,
): Promise<{ readonly world: World; readonly simulated: readonly SimulatedPool[] }> {
  progress('working out who is near whom');
  const settings = readSettings(flags);
  const stated = flags.weights === undefined ? settings.worldWeights : readWeights(flags.weights);
  const weights = stated && countryWeights(stated);
  const built = await buildZoneWorld(settings);
  const { world } = built;
  const status = flags.live || flags.counted ? await liveStatus(await controlPaths(flags)) : undefined;
  if (status === undefined && (flags.live || flags.counted)) {
    const why = flags.counted
      ? '--counted: found no running server to take counted answers from'
      : '--live: found no running server to take verdicts from';
    throw new GeopoolError('SERVER_UNREACHABLE', why);
  }
  const index = indexTargets(world);
  const snapshot = withDown(reportedSnapshot(flags.live ? status : undefined, index, now), index, flags.down);
  const pools = poolsNamed(world, flags.pool);
  progress('working out who gets what');
  const clientsIn = clientsOver(readLocationTree(readMmdb(world.sources.location.path)));
  const simulated = simulate(built, pools, {
    availability: (pool) => poolAvailability(index, pool, snapshot, now),
    clients(pool, geography) {
      const all = clientsIn(geography);
      if (!flags.counted || status === undefined) {
        return weights === undefined ? all : weighBy(all, ({ country }) => country, weights);
      }
      return weighBy(all, ({ catchment }) => catchment, countedIn(status, world, pool, geography));
    },
    withoutLimit: flags.withoutLimit ?? false,
    now,
  });
  if (flags.counted && simulated.every(({ forecast }) => forecast.countries.size === 0)) {
    throw new GeopoolError(
      'REQUEST_REFUSED',
      '--counted: the running server has not answered for these pools since zones or databases last changed',
    );
  }
  return { world, simulated };
}

/** Where the mirrors of a zone are. */
function placesIn({ zones, places }: World, name: string) {
  const at = zones.findIndex(({ zone }) => zone.name === name);
  return (zones[at]?.zone.mirrors ?? []).map((mirror, i) => ({
    name: mirror.name,
    place: places[at]?.[i] ?? {},
  }));
}

/** The same snapshot with all addresses of these mirrors down. Throws REQUEST_REFUSED if there is no such mirror. */
function withDown(
  { states, overrides, selfWeights }: HealthSnapshot,
  { targets }: TargetIndex,
  names: readonly string[] = [],
): HealthSnapshot {
  const down = new Map<string, ReturnType<HealthSnapshot['states']['get']>>();
  for (const name of names) {
    const own = targets.filter(({ zone, mirror }) => name === mirror || name === `${zone}/${mirror}`);
    if (own.length === 0) throw new GeopoolError('REQUEST_REFUSED', `--down: there is no mirror ${name}`);
    for (const target of own) {
      const state = { verdict: 'down', streak: 0, since: 0 } as const;
      down.set(targetKey(target), { target, pending: false, checks: [], state });
    }
  }
  // World shares are left out, and worked out again.
  return {
    states: { get: (key) => down.get(key) ?? states.get(key) },
    overrides,
    ...(selfWeights !== undefined && { selfWeights }),
  };
}

/** The running server's answers by catchment. Throws REQUEST_REFUSED if it has other catchments than these. */
function countedIn(
  { counters, geo }: StatusReport,
  world: World,
  { zone, owner, family, members }: PoolPlan,
  { catchments }: Geography,
): ReadonlyMap<number, number> {
  const said = counters.pools.find(
    (pool) => pool.zone === zone && pool.name === owner && pool.family === family,
  );
  const databases = (all: readonly Pick<GeoDescription, 'type' | 'build_epoch'>[]): string =>
    all.map(({ type, build_epoch }) => `${type} ${build_epoch}`).join();
  const addresses = members.reduce((sum, member) => sum + member.addresses.length, 0);
  if (
    databases(geo) !== databases(world.geo) ||
    said?.addresses.length !== addresses ||
    said.catchments.length !== catchmentCount(catchments)
  ) {
    throw new GeopoolError(
      'REQUEST_REFUSED',
      `--counted: the running server has other catchments for ${owner}: simulate the zones and databases that it serves (--config)`,
    );
  }
  return new Map(said.catchments.entries());
}
