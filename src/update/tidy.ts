/**
 * Tidies the directory of databases up: at a start, before any of them is opened, and before each run.
 */
import { access } from 'node:fs/promises';
import { describeError } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import { cleanLeftovers } from './leftovers.js';
import { takeLock } from './lock.js';

/** Does what `cleanLeftovers` does, where nobody else is at work there. Does not reject. */
export async function tidyDirectory(directory: string, log: Log): Promise<void> {
  try {
    await access(directory);
    await underLock(directory, log, async () => undefined);
  } catch (error) {
    // A missing directory comes with the first run; a lock that is held is somebody who tidied up already.
    const reason = describeError(error);
    log.debug({ event: 'update-not-tidied', reason }, `nothing tidied up before the first update: ${reason}`);
  }
}

/** Holds the lock of `directory` for the length of `step`, after tidying up. Rejects where it is held already. */
export async function underLock<T>(directory: string, log: Log, step: () => Promise<T>): Promise<T> {
  const lock = await takeLock(directory);
  try {
    const { removed, restored } = await cleanLeftovers(directory);
    if (removed.length + restored.length > 0) {
      log.info(
        { event: 'update-leftovers', removed, restored },
        'tidied up after an update that was cut off',
      );
    }
    return await step();
  } finally {
    try {
      await lock.release();
    } catch (error) {
      // What was done is done; the next run says so too if it can't take the lock.
      const reason = describeError(error);
      log.error({ event: 'update-lock-stuck', reason }, reason);
    }
  }
}
