/**
 * The verbs `geo info` and `geo update`: through the running server where there is one, else on the files alone.
 */
import { join } from 'node:path';
import { systemClock } from '../clock.js';
import { ask } from '../control/client.js';
import type { GeoReport, GeoUpdateReport } from '../control/reports.js';
import type { DaemonSettings } from '../daemon/settings.js';
import { openUpdater } from '../daemon/updating.js';
import { GeopoolError } from '../errors.js';
import { chooseSources, describeSource } from '../geo/geo-sources.js';
import { openLog } from '../log.js';
import { systemRandom } from '../random.js';
import { formatGeo } from './geo-report.js';
import { readSettings, type SettingFlags } from './settings.js';

export async function geoInfo({
  json,
  ...flags
}: SettingFlags & { readonly json?: boolean }): Promise<number> {
  const settings = readSettings(flags);
  const report = await orWithoutServer(
    () => ask<readonly GeoReport[]>(settings.control, 'GET', '/geo'),
    async () => describeFiles(settings),
  );
  process.stdout.write(
    json === true ? `${JSON.stringify(report)}\n` : `${formatGeo(report, Date.now()).join('\n')}\n`,
  );
  return 0;
}

/** 1 where an edition could not be fetched or was refused, with the reason. */
export async function geoUpdate(flags: SettingFlags): Promise<number> {
  const settings = readSettings(flags);
  const { editions } = await orWithoutServer(
    () => ask<GeoUpdateReport>(settings.control, 'POST', '/geo/update', {}),
    () => updateFiles(settings),
  );
  for (const { edition, outcome, reason } of editions) {
    const line = `${edition}: ${outcome}${reason === undefined ? '' : `: ${reason}`}\n`;
    (outcome === 'failed' ? process.stderr : process.stdout).write(line);
  }
  return editions.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
}

async function orWithoutServer<T>(withServer: () => Promise<T>, without: () => Promise<T>): Promise<T> {
  try {
    return await withServer();
  } catch (error) {
    if (error instanceof GeopoolError && error.code === 'SERVER_UNREACHABLE') return without();
    throw error;
  }
}

function describeFiles({ state, geo }: DaemonSettings): GeoReport[] {
  const sources = chooseSources({ configured: geo, directory: join(state, 'geo') });
  for (const problem of sources.problems) process.stderr.write(`${problem}\n`);
  return [sources.location, ...(sources.asn === undefined ? [] : [sources.asn])].map(describeSource);
}

async function updateFiles({ state, geo }: DaemonSettings): Promise<GeoUpdateReport> {
  if (geo.update === undefined) {
    throw new GeopoolError(
      'CONFIG_INVALID',
      'no account is configured: set geo.update in the config file, or GEOIPUPDATE_ACCOUNT_ID and GEOIPUPDATE_LICENSE_KEY',
    );
  }
  const updater = openUpdater({
    update: geo.update,
    directory: join(state, 'geo'),
    clock: systemClock,
    random: systemRandom(),
    log: openLog('error'),
    // Nobody serves; the next start will.
    serve: async () => undefined,
  });
  return { editions: await updater.updateNow() };
}
