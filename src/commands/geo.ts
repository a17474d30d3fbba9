/**
 * The verbs of `geo`. They work through the running server; without one, `geo info` and `geo update` work on the files alone.
 */
import { ask } from '../control/client.js';
import type { GeoReport, GeoUpdateReport, HeldReport, UpdateReport } from '../control/geo-report.js';
import { GeopoolError } from '../platform/errors.js';
import { dateOf, MINUTE_MS } from '../platform/time.js';
import { controlPaths } from './control-path.js';
import { formatGeo } from './geo-report.js';
import { print, printError, printJson } from './output.js';
import type { SettingFlags } from './settings.js';

/** An edition, and what is being waited for before it is requested again. */
export type Waiting = Pick<UpdateReport, 'edition' | 'waiting'>;

/** Milliseconds between two looks at a fetch under way. */
const LOOK = 500;
/** The server may try for minutes to fetch each of several editions. */
const UPDATE_PATIENCE = 60 * MINUTE_MS;

export async function geoInfo({
  json,
  ...flags
}: SettingFlags & { readonly json?: boolean }): Promise<number> {
  const control = await controlPaths(flags);
  const report = await orWithoutServer(
    () => ask<readonly GeoReport[]>(control, 'GET', '/geo'),
    async () => (await import('./geo-files.js')).describeFiles(flags),
  );
  if (json === true) printJson(report);
  else print(...formatGeo(report, Date.now()));
  return 0;
}

/** Returns 1 if an edition could not be fetched or was refused, and prints the reason. */
export async function geoUpdate(flags: SettingFlags): Promise<number> {
  const control = await controlPaths(flags);
  const { editions } = await orWithoutServer(
    () =>
      telling(ask<GeoUpdateReport>(control, 'POST', '/geo/update', {}, UPDATE_PATIENCE), () =>
        ask<readonly UpdateReport[]>(control, 'GET', '/geo/update'),
      ),
    async () => (await import('./geo-files.js')).updateFiles(flags, telling),
  );
  for (const { edition, outcome, reason } of editions) {
    const line = `${edition}: ${outcome}${reason === undefined ? '' : `: ${reason}`}`;
    (outcome === 'failed' ? printError : print)(line);
  }
  return editions.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
}

/** Tells the running server to serve the databases that it holds, or not to. */
export async function geoSay(said: 'accept' | 'reject', flags: SettingFlags): Promise<number> {
  const held = await ask<readonly HeldReport[]>(await controlPaths(flags), 'POST', `/geo/${said}`, {});
  for (const { type, path, served_at } of held) {
    const when =
      served_at === undefined ? 'while it is the newest' : `until ${dateOf(Date.parse(served_at))}`;
    print(`${type}, ${path}: ${said === 'accept' ? 'is read now, and serves' : `does not serve ${when}`}`);
  }
  return 0;
}

/** Waits for `work`, and meanwhile prints what it is waiting for: there may be minutes between two requests. */
async function telling<T>(work: Promise<T>, look: () => Promise<readonly Waiting[]>): Promise<T> {
  const told = new Map<string, string>();
  const tell = (editions: readonly Waiting[]): void => {
    for (const { edition, waiting } of editions) {
      if (waiting === undefined || told.get(edition) === waiting) continue;
      told.set(edition, waiting);
      printError(`${edition}: ${waiting}`);
    }
  };
  // If this look fails, `work` will fail too and say why.
  const timer = setInterval(() => void look().then(tell, () => undefined), LOOK);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

async function orWithoutServer<T>(withServer: () => Promise<T>, without: () => Promise<T>): Promise<T> {
  try {
    return await withServer();
  } catch (error) {
    if (error instanceof GeopoolError && error.code === 'SERVER_UNREACHABLE') return without();
    throw error;
  }
}
