/**
 * Databases that geopool fetches itself: where they lie, and how one that was fetched comes to serve.
 */
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { GeoRequest } from '../compile/chosen-databases.js';
import type { ReloadReport } from '../control/action-reports.js';
import { fetchedEditions } from '../geo/editions.js';
import type { GeoSources } from '../geo/geo-sources.js';
import type { Clock } from '../platform/clock.js';
import { GeopoolError } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import type { Random } from '../platform/random.js';
import type { StateFiles } from '../state/state-files.js';
import type { Updater } from '../update/updater.js';
import type { DaemonSettings } from './settings.js';

/** Fetching; it begins when all else runs, and is the first to end. */
export interface Fetching {
  /** Undefined where no account is configured. */
  updater(): Updater | undefined;
  start(): Promise<void>;
  /** Fetches by these settings from now on. */
  follow(settings: Pick<DaemonSettings, 'geo'>): Promise<void>;
  stop(): Promise<void>;
}

export interface FetchingParts {
  readonly settings: Pick<DaemonSettings, 'geo'>;
  /** Of the directory where databases are put. */
  readonly files: StateFiles;
  /** Those that serve. */
  readonly sources: () => GeoSources;
  /** Files that are kept aside until somebody has looked at them: they are fetched well. */
  readonly held: () => readonly { readonly path: string }[];
  readonly reload: () => Promise<ReloadReport>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** What the updater needs is loaded only where there is one. */
export async function openFetching(parts: FetchingParts): Promise<Fetching> {
  const { files, sources, held, reload, clock, random, log } = parts;
  let { update } = parts.settings.geo;
  let updater = await open();

  async function open(): Promise<Updater | undefined> {
    if (update === undefined) return undefined;
    const { openUpdater } = await import('./updating.js');
    const serve = async (_edition: string, path: string): Promise<void> => {
      const { faults } = await reload();
      if (!held().some((one) => one.path === path)) refuseUnserved(path, sources(), faults);
    };
    return openUpdater({ update, files, clock, random, log, serve });
  }

  return {
    updater: () => updater,
    start: async () => updater?.start(),
    async follow({ geo }) {
      if (isDeepStrictEqual(update, geo.update)) return;
      await updater?.stop();
      update = geo.update;
      updater = await open();
      await updater?.start();
    },
    stop: async () => updater?.stop(),
  };
}

/** What a killed process left of databases is tidied up before any is opened. */
export async function tidyDatabases(
  { geo }: Pick<DaemonSettings, 'geo'>,
  files: StateFiles,
  log: Log,
): Promise<void> {
  if (geo.update === undefined) return;
  const { tidyDirectory } = await import('../update/tidy.js');
  await tidyDirectory(files.directory, log);
}

/** Throws DATABASE_INVALID where the database that was put at `path` is of no use. */
function refuseUnserved(
  path: string,
  { location, asn, passedOver, problems }: GeoSources,
  faults: readonly string[],
): void {
  // One that is configured, or a better one, may come before it: then it is there for when it is wanted.
  if ([location.path, asn?.path].includes(path) || !passedOver.includes(path)) return;
  const problem = problems[passedOver.indexOf(path)] ?? `${path} is of no use`;
  throw new GeopoolError('DATABASE_INVALID', problem, { details: faults });
}

/** Throws REQUEST_REFUSED where there is none. */
export function configured(updater: Updater | undefined): Updater {
  if (updater !== undefined) return updater;
  throw new GeopoolError(
    'REQUEST_REFUSED',
    'no account is configured: set geo.update in the config file, or GEOIPUPDATE_ACCOUNT_ID and GEOIPUPDATE_LICENSE_KEY',
  );
}

/** Octets that exact maps may take: those of some hundred pools over a City database. */
const MAP_MEMORY = 256e6;

/** Where databases are looked for, and how much their maps may take. */
export function geoRequest({ state, geo }: Pick<DaemonSettings, 'state' | 'geo'>): GeoRequest {
  const { city, asn, mapMemory = MAP_MEMORY, update } = geo;
  return {
    mapMemory,
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
