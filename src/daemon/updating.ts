/**
 * The updater of location databases, as set up for the daemon and for the verb `geo update`.
 */
import type { Clock } from '../platform/clock.js';
import type { Log } from '../platform/log.js';
import type { Random } from '../platform/random.js';
import { runInWorker } from '../platform/run-in-worker.js';
import { VERSION } from '../platform/version.js';
import type { StateFiles } from '../state/state-files.js';
import { keyFromFile, keyFromText } from '../update/settings.js';
import { createUpdater, type Updater } from '../update/updater.js';
import type { ServerConfig } from '../zone/server-config.js';

const VERIFIER = new URL('../geo/verify-worker.js', import.meta.url);

export interface UpdatingOptions {
  readonly update: NonNullable<ServerConfig['geo']['update']>;
  /** The files of the directory for databases. */
  readonly files: StateFiles;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Resolves once a new database is served; rejects if it can't be, and the old one is restored. */
  readonly serve: (edition: string, path: string) => Promise<void>;
}

/** An updater for the configured account. */
export function openUpdater({ update, files, clock, random, log, serve }: UpdatingOptions): Updater {
  const { accountId, editions, schedule, host, proxy } = update;
  return createUpdater({
    settings: {
      accountId,
      readKey:
        'licenseKeyFile' in update ? keyFromFile(update.licenseKeyFile) : keyFromText(update.licenseKey),
      editions,
      schedule,
      host,
      ...(proxy !== undefined && { proxy }),
      directory: files.directory,
    },
    files,
    clock,
    random,
    log,
    version: VERSION,
    verify: async (path, edition) => {
      await runInWorker(VERIFIER, { path, edition });
    },
    serve,
  });
}
