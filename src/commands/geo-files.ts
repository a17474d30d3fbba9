/**
 * `geo info` and `geo update` when no server runs: they work on the files that the next one will find.
 */
import { join } from 'node:path';
import type { GeoReport, GeoUpdateReport } from '../control/geo-report.js';
import { geoRequest } from '../daemon/fetched-databases.js';
import { openUpdater } from '../daemon/updating.js';
import { chooseSources, describeSource } from '../geo/geo-sources.js';
import { systemClock } from '../platform/clock.js';
import { GeopoolError } from '../platform/errors.js';
import { openLog } from '../platform/log.js';
import { systemRandom } from '../platform/random.js';
import { createStateFiles } from '../state/state-files.js';
import type { Waiting } from './geo.js';
import { printError } from './output.js';
import { readSettings, type SettingFlags } from './settings.js';

/** The databases that a server with these settings would choose. */
export function describeFiles(flags: SettingFlags): GeoReport[] {
  const request = geoRequest(readSettings(flags));
  const sources = chooseSources({ ...request, configured: request });
  printError(...sources.problems);
  return [sources.location, ...(sources.asn === undefined ? [] : [sources.asn])].map(describeSource);
}

/** Fetches what the settings ask for, and reports progress. Rejects with CONFIG_INVALID if they name no account. */
export async function updateFiles(
  flags: SettingFlags,
  notifications: <T>(work: Promise<T>, look: () => Promise<readonly Waiting[]>) => Promise<T>,
): Promise<GeoUpdateReport> {
  const { state, geo } = readSettings(flags);
  if (geo.update === undefined) {
    throw new GeopoolError(
      'CONFIG_INVALID',
      'no account is configured: set geo.update in the config file, or GEOIPUPDATE_ACCOUNT_ID and GEOIPUPDATE_LICENSE_KEY',
    );
  }
  const log = openLog('error');
  const updater = openUpdater({
    update: geo.update,
    files: createStateFiles({ directory: join(state, 'geo'), clock: systemClock, log }),
    clock: systemClock,
    random: systemRandom(),
    log,
    // No server runs; the next one will read them.
    serve: async () => undefined,
  });
  return { editions: await notifications(updater.updateNow(), async () => updater.status()) };
}
