/**
 * One update at a time in a directory, across processes: the server and `geo update` may both start one.
 */
import { join } from 'node:path';
import { type FileLock, takeFileLock } from '../state/file-lock.js';
import { onDisk, UpdateFault } from './fault.js';

/** The lock's file name. */
export const LOCK_NAME = '.geopool-update.lock';

/**
 * Takes the lock of `directory`, which must exist. Rejects at once with UPDATE_FAILED if another live process holds it or
 * the directory can't be written.
 */
export async function takeLock(directory: string): Promise<FileLock> {
  const path = join(directory, LOCK_NAME);
  const taken = await onDisk(`can't take the lock ${path}`, () => takeFileLock(path));
  if ('holder' in taken) {
    throw new UpdateFault('final', `another update is running (${taken.holder} holds ${path})`);
  }
  return { ...taken, release: () => onDisk(`can't release the lock ${path}`, () => taken.release()) };
}
