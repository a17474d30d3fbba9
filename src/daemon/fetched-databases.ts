/**
 * Databases that geopool fetches itself: where they lie, and how one that was fetched comes to serve.
 */
import { join } from 'node:path';
import type { Clock } from '../clock.js';
import type { GeoRequest } from '../compile/world.js';
import type { ReloadReport } from '../control/action-reports.js';
import { GeopoolError } from '../errors.js';
import { fetchedEditions } from '../geo/editions.js';
import type { Log } from '../log.js';
import type { Random } from '../random.js';
import type { StateFiles } from '../state/state-files.js';
import type { Updater } from '../update/updater.js';
import type { Serving } from './serving.js';
import type { DaemonSettings } from './settings.js';

type Serve = (path: string) => Promise<void>;

/** Fetching, which begins before anything is served: it tidies up what a killed process left of the databases. */
export interface Fetching {
  /** Absent where no account is configured. */
  readonly updater?: Updater;
  /** Databases can be served from now on. One that was fetched before waits for this. */
  serveBy(serving: Serving, reload: () => Promise<ReloadReport>): void;
  /** Ends it. A database that waits will not be served. */
  stop(): Promise<void>;
}

/** What the updater needs is loaded only where there is one. */
export async function startFetching(
  { geo }: Pick<DaemonSettings, 'geo'>,
  files: StateFiles,
  tools: { readonly clock: Clock; readonly random: Random; readonly log: Log },
): Promise<Fetching> {
  if (geo.update === undefined) return { serveBy: () => undefined, stop: async () => undefined };
  const { openUpdater } = await import('./updating.js');
  let begin = (_serve: Serve): void => undefined;
  let giveUp = (_reason: Error): void => undefined;
  const begun = new Promise<Serve>((resolve, reject) => {
    begin = resolve;
    giveUp = reject;
  });
  // Mostly no database waits.
  begun.catch(() => undefined);
  const updater = openUpdater({
    update: geo.update,
    files,
    ...tools,
    serve: async (_edition, path) => (await begun)(path),
  });
  await updater.start();
  return {
    updater,
    serveBy: (serving, reload) => begin((path) => serveDatabase(serving, path, reload)),
    async stop() {
      const stopped = updater.stop();
      giveUp(new GeopoolError('UPDATE_FAILED', 'the server ended before it served'));
      await stopped;
    },
  };
}

/** Resolves when the database that was put at `path` serves; rejects with DATABASE_INVALID where it does not. */
async function serveDatabase(
  serving: Serving,
  path: string,
  reload: () => Promise<ReloadReport>,
): Promise<void> {
  const { faults } = await reload();
  const { sources } = serving.roster().world;
  if ([sources.location.path, sources.asn?.path].includes(path)) return;
  // One that is configured, or a better one, may come before it: then it is there for when it is wanted.
  const problem = sources.problems.find((text) => text.includes(path));
  if (problem !== undefined) throw new GeopoolError('DATABASE_INVALID', problem, { details: faults });
}

/** Throws REQUEST_REFUSED where there is none. */
export function configured(updater: Updater | undefined): Updater {
  if (updater !== undefined) return updater;
  throw new GeopoolError(
    'REQUEST_REFUSED',
    'no account is configured: set geo.update in the config file, or GEOIPUPDATE_ACCOUNT_ID and GEOIPUPDATE_LICENSE_KEY',
  );
}

/** Where databases are looked for. */
export function geoRequest({ state, geo }: Pick<DaemonSettings, 'state' | 'geo'>): GeoRequest {
  const { city, asn, update } = geo;
  return {
    directory: join(state, 'geo'),
    lastGood: join(state, 'last-good'),
    ...(city !== undefined && { city }),
    ...(asn !== undefined && { asn }),
    ...(update !== undefined && { editions: update.editions }),
  };
}

/** Every file that a database may be read from now. */
export function databasePaths({ city, asn, directory }: GeoRequest): string[] {
  const updated = fetchedEditions(directory).map((edition) => join(directory, `${edition}.mmdb`));
  return [city, asn, ...updated].filter((path) => path !== undefined);
}
