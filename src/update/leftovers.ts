/**
 * Tidying up after a process that was killed in the middle of a download or a swap. Only names that this room makes are
 * touched, and only while holding the directory's lock: what looks like a leftover may be another process at work.
 */
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { onDisk } from './fault.js';

const UNFINISHED = /^\.(?:[A-Za-z0-9-]+\.mmdb|updates\.json)\.\d+\.tmp$/;
const PREVIOUS = /^([A-Za-z0-9-]+\.mmdb)\.previous$/;

/** What was done, by file name. */
export interface Tidied {
  readonly removed: readonly string[];
  /** Databases that were missing and are back from their `.previous`. */
  readonly restored: readonly string[];
}

/**
 * Removes unfinished downloads, and each `.previous` beside its database; where the database is missing, the `.previous`
 * takes its place again. Call it under the lock. Rejects with UPDATE_FAILED.
 */
export async function cleanLeftovers(directory: string): Promise<Tidied> {
  const removed: string[] = [];
  const restored: string[] = [];
  await onDisk(`can't tidy up ${directory}`, async () => {
    const names = await readdir(directory);
    for (const name of names.sort()) {
      const database = PREVIOUS.exec(name)?.[1];
      if (database !== undefined && !names.includes(database)) {
        await rename(join(directory, name), join(directory, database));
        restored.push(database);
      } else if (database !== undefined || UNFINISHED.test(name)) {
        await rm(join(directory, name), { force: true });
        removed.push(name);
      }
    }
  });
  return { removed, restored };
}
