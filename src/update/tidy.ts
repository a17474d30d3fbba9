/**
 * Tidies up the directory of the databases: at a start, before any of them is opened, and before each run.
 */
import { access } from 'node:fs/promises';
import { describeError } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import { cleanLeftovers } from './leftovers.js';
import { takeLock } from './lock.js';

/** Does what `cleanLeftovers` does, unless another process is using the directory. Does not reject. */
export async function tidyDirectory(directory: string, log: Log): Promise<void> {
  try {
    await access(directory);
    await underLock(directory, log, async () => undefined);
  } catch (error) {
    // The first run creates a missing directory. A process that holds the lock has tidied up already.
    const reason = describeError(error);
    log.debug({ event: 'update-not-tidied', reason }, `nothing tidied up before the first update: ${reason}`);
  }
}

/** Tidies up and runs `step` while holding the lock of `directory`. Rejects if the lock is already held. */
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
      // The run's results stand. The next run reports it too if it can't take the lock.
      const reason = describeError(error);
      log.error({ event: 'update-lock-stuck', reason }, reason);
    }
  }
}
