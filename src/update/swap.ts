/**
 * Replaces a database by a downloaded one. The new file is verified first. The old file is kept as `EDITION.mmdb.previous`
 * until the new one serves, and is restored if it does not. `EDITION.mmdb` is a whole file at all times, so being killed at
 * any point does no harm; `leftovers.ts` tidies up afterwards.
 */
import { constants } from 'node:fs';
import { copyFile, link, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, describeError } from '../platform/errors.js';
import { syncDirectory } from '../state/durable-file.js';
import { onDisk, UpdateFault } from './fault.js';

/** Opens, walks and samples the file at `path` as `edition`; rejects with the reason not to serve it. */
export type Verify = (path: string, edition: string) => Promise<void>;

/** Resolves once the file at `path` serves as `edition`; rejects if it can't. */
export type Serve = (edition: string, path: string) => Promise<void>;

export interface SwapOptions {
  readonly directory: string;
  readonly edition: string;
  /** The downloaded file, in the same directory. It is renamed or removed in any case. */
  readonly fresh: string;
  readonly lastModified: Date;
  readonly verify: Verify;
  readonly serve: Serve;
  readonly signal: AbortSignal;
}

/** The file that serves as `edition`. */
export function databasePath(directory: string, edition: string): string {
  return join(directory, `${edition}.mmdb`);
}

/** Verifies, swaps and serves. If it rejects with UPDATE_FAILED, the old file is in its place as before. */
export async function swapIn(options: SwapOptions): Promise<void> {
  const { directory, edition, fresh, verify, serve, signal } = options;
  const current = databasePath(directory, edition);
  const previous = `${current}.previous`;
  let kept = false;
  let replaced = false;
  try {
    await told(`the new ${edition} is not fit to serve`, () => verify(fresh, edition));
    signal.throwIfAborted();
    await onDisk(`can't replace ${current}`, async () => {
      await settle(fresh, options.lastModified);
      kept = await keep(current, previous);
      await rename(fresh, current);
      replaced = true;
      await syncDirectory(directory);
    });
    await told(`the new ${edition} could not be put into service`, () => serve(edition, current));
  } catch (error) {
    if (replaced)
      await onDisk(`can't undo the swap of ${current}`, () =>
        undo(directory, current, kept ? previous : undefined),
      );
    // `previous` is at most a second name of the file in place. If these removals fail, the next run repeats them.
    await rm(fresh, { force: true }).catch(() => undefined);
    await rm(previous, { force: true }).catch(() => undefined);
    throw error;
  }
  await onDisk(`can't remove ${previous}`, async () => {
    await rm(previous, { force: true });
    await syncDirectory(directory);
  });
}

/** Restores the old file; if there was none, removes the new one. */
async function undo(directory: string, current: string, previous: string | undefined): Promise<void> {
  if (previous === undefined) await rm(current, { force: true });
  else await rename(previous, current);
  await syncDirectory(directory);
}

/** Makes the temporary file durable and sets its date to the server's, which geoipupdate can also do. */
async function settle(path: string, lastModified: Date): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.utimes(lastModified, lastModified);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Gives `current` a second name; false if the file does not exist. */
async function keep(current: string, previous: string): Promise<boolean> {
  await rm(previous, { force: true });
  try {
    await link(current, previous);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return false;
    // Some file systems have no hard links, and Linux refuses links to another user's file (protected_hardlinks).
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EMLINK') throw error;
  }
  await copyFile(current, previous, constants.COPYFILE_FICLONE);
  return true;
}

/** Runs one of the injected steps; a failure becomes a final fault whose message begins with `what`. */
async function told(what: string, step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    throw new UpdateFault('final', `${what}: ${describeError(error)}`);
  }
}
