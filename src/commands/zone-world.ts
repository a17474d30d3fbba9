/**
 * The world of the zone files as they are, for verbs that work without a server, and the status of the running server if
 * there is one.
 */
import { poolsOfFiles } from '../compile/pool-plan.js';
import { type BuiltWorld, buildWorld, type World, type WorldRequest } from '../compile/world.js';
import { ask } from '../control/client.js';
import type { StatusReport } from '../control/status-report.js';
import { geoRequest } from '../daemon/fetched-databases.js';
import type { DaemonSettings } from '../daemon/settings.js';
import { databaseWarnings } from '../daemon/world-log.js';
import { GeopoolError } from '../platform/errors.js';
import { formatFault } from '../zone/faults.js';
import { parseFiles, type RefusedFile, zoneFilesIn } from '../zone/zone-files.js';
import { printError } from './output.js';
import { resolveHosts } from './resolve-hosts.js';

/** What the world of these settings is built from, with the present addresses of its host names. */
export async function zoneWorldRequest(settings: DaemonSettings): Promise<WorldRequest> {
  const { zones } = settings;
  const { loaded } = parseFiles(zoneFilesIn(zones));
  const hosts = await resolveHosts(
    loaded.map(({ zone }) => zone),
    settings,
  );
  return { zones, geo: geoRequest(settings), hosts };
}

/** Throws ZONE_INVALID if a file is wrong. */
export function requireAllGood(refused: readonly RefusedFile[]): void {
  if (refused.length === 0) return;
  const details = refused.flatMap(({ faults }) => faults.map(formatFault));
  throw new GeopoolError('ZONE_INVALID', 'zone files are wrong', { details });
}

/** The world of these settings. Prints what is odd about its databases. Rejects with ZONE_INVALID if a file is wrong. */
export async function buildZoneWorld(settings: DaemonSettings): Promise<BuiltWorld> {
  const built = buildWorld(await zoneWorldRequest(settings));
  const { refused, sources } = built.world;
  requireAllGood(refused);
  printError(...sources.problems, ...databaseWarnings(built.world));
  return built;
}

/**
 * The numbers of the pools with that owner name, or without a name, of all pools except those that users choose. Throws
 * REQUEST_REFUSED if there is none.
 */
export function poolsNamed({ pools }: World, name: string | undefined): number[] {
  const owner = name?.toLowerCase().replace(/\.$/, '');
  const found =
    owner === undefined
      ? poolsOfFiles(pools)
      : [...pools.keys()].filter((number) => pools[number]?.owner === owner);
  if (found.length === 0) throw new GeopoolError('REQUEST_REFUSED', `${name} is not a pool of these zones`);
  return found;
}

/** The status of the running server; undefined if none answers at these paths. */
export async function liveStatus(control: readonly string[]): Promise<StatusReport | undefined> {
  try {
    return await ask<StatusReport>(control, 'GET', '/status');
  } catch (error) {
    if (error instanceof GeopoolError && error.code === 'SERVER_UNREACHABLE') return undefined;
    throw error;
  }
}
