/**
 * The state directory, for one server at a time: two would write over each other's verdicts and overrides. The control
 * socket keeps servers apart only where both have it at the same path. Serving does not depend on the directory: where it
 * can't be made or written, that is said and nothing is kept.
 */
import { join } from 'node:path';
import { describeError, GeopoolError } from '../errors.js';
import type { Log } from '../log.js';
import { ensureDirectory } from './durable-file.js';
import { type FileLock, type Held, takeFileLock } from './file-lock.js';

const LOCK = 'server.lock';

/**
 * Makes the directory if need be and takes it for this process; gives what releases it. Rejects with ALREADY_RUNNING where
 * another process has it.
 */
export async function openState(directory: string, log: Log): Promise<() => Promise<void>> {
  const path = join(directory, LOCK);
  let taken: FileLock | Held;
  try {
    await ensureDirectory(directory);
    taken = await takeFileLock(path);
  } catch (error) {
    const why = describeError(error);
    log.error(
      { event: 'state-unusable', directory, error: why },
      `${directory} can't be used (${why}): verdicts and overrides will not outlive this process`,
    );
    return async () => undefined;
  }
  if ('release' in taken) return taken.release;
  throw new GeopoolError(
    'ALREADY_RUNNING',
    `${directory}: in use by another geopool (${taken.holder} holds ${path}); stop it, or give this one a directory of its own with --state`,
  );
}
