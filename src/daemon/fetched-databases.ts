/**
 * Databases that geopool fetches itself: where they are stored, and how a fetched one comes into use.
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

/** Fetching starts after all else, and stops first. */
export interface Fetching {
  /** Undefined if no account is configured. */
  updater(): Updater | undefined;
  start(): Promise<void>;
  /** Fetches by these settings from now on. */
  follow(settings: Pick<DaemonSettings, 'geo'>): Promise<void>;
  stop(): Promise<void>;
}

export interface FetchingParts {
  readonly settings: Pick<DaemonSettings, 'geo'>;
  /** The files of the directory for databases. */
  readonly files: StateFiles;
  /** The databases in use. */
  readonly sources: () => GeoSources;
  /** Files held back until an operator has looked at them; fetching them succeeded. */
  readonly held: () => readonly { readonly path: string }[];
  readonly reload: () => Promise<ReloadReport>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** The updater's code is loaded only if there is an account. */
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

/** Cleans up databases that a killed process left unfinished, before any is opened. */
export async function tidyDatabases(
  { geo }: Pick<DaemonSettings, 'geo'>,
  files: StateFiles,
  log: Log,
): Promise<void> {
  if (geo.update === undefined) return;
  const { tidyDirectory } = await import('../update/tidy.js');
  await tidyDirectory(files.directory, log);
}

/** Throws DATABASE_INVALID if the database at `path` is unusable. */
function refuseUnserved(
  path: string,
  { location, asn, passedOver, problems }: GeoSources,
  faults: readonly string[],
): void {
  // A configured or better one may take precedence; then this one is there for when it is needed.
  if ([location.path, asn?.path].includes(path) || !passedOver.includes(path)) return;
  const problem = problems[passedOver.indexOf(path)] ?? `${path} is of no use`;
  throw new GeopoolError('DATABASE_INVALID', problem, { details: faults });
}

/** Throws REQUEST_REFUSED if there is none. */
export function configured(updater: Updater | undefined): Updater {
  if (updater !== undefined) return updater;
  throw new GeopoolError(
    'REQUEST_REFUSED',
    'no account is configured: set geo.update in the config file, or GEOIPUPDATE_ACCOUNT_ID and GEOIPUPDATE_LICENSE_KEY',
  );
}

/** Octets for exact maps: enough for some hundred pools with a City database. */
const MAP_MEMORY = 256e6;

/** Where databases are looked for, and how much memory their maps may take. */
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

/** All files that a database may be read from now. */
export function databasePaths({ city, asn, directory }: GeoRequest): string[] {
  const updated = fetchedEditions(directory).map((edition) => join(directory, `${edition}.mmdb`));
  return [city, asn, ...updated].filter((path) => path !== undefined);
}
