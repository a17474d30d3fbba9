/**
 * Tidies up after a process that was killed during a download or a swap. It touches only names that this folder creates, and
 * only while holding the directory's lock, because what looks like a leftover may be another process's work in progress.
 */
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { onDisk } from './fault.js';

const UNFINISHED = /^\.(?:[A-Za-z0-9-]+\.mmdb|updates\.json)\.\d+\.tmp$/;
const PREVIOUS = /^([A-Za-z0-9-]+\.mmdb)\.previous$/;

/** What was done, by file name. */
export interface Tidied {
  readonly removed: readonly string[];
  /** Missing databases that were restored from their `.previous`. */
  readonly restored: readonly string[];
}

/**
 * Removes unfinished downloads, and each `.previous` whose database exists; if the database is missing, its `.previous` is
 * renamed to it. The caller must hold the lock. Rejects with UPDATE_FAILED.
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
