/**
 * The verbs `geo info` and `geo update`: through the running server where there is one, else on the files alone.
 */
import { ask } from '../control/client.js';
import type { GeoReport, GeoUpdateReport } from '../control/geo-report.js';
import { GeopoolError } from '../errors.js';
import { controlPath } from './control-path.js';
import { formatGeo } from './geo-report.js';
import type { SettingFlags } from './settings.js';

export async function geoInfo({
  json,
  ...flags
}: SettingFlags & { readonly json?: boolean }): Promise<number> {
  const control = await controlPath(flags);
  const report = await orWithoutServer(
    () => ask<readonly GeoReport[]>(control, 'GET', '/geo'),
    async () => (await import('./geo-files.js')).describeFiles(flags),
  );
  process.stdout.write(
    json === true ? `${JSON.stringify(report)}\n` : `${formatGeo(report, Date.now()).join('\n')}\n`,
  );
  return 0;
}

/** 1 where an edition could not be fetched or was refused, with the reason. */
export async function geoUpdate(flags: SettingFlags): Promise<number> {
  const control = await controlPath(flags);
  const { editions } = await orWithoutServer(
    () => ask<GeoUpdateReport>(control, 'POST', '/geo/update', {}),
    async () => (await import('./geo-files.js')).updateFiles(flags),
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
