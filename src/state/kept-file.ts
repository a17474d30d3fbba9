/**
 * One file of the state directory that follows something the daemon knows. Where it can't be written, that is said once,
 * and it is tried again until it can be.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.js';
import { codeOf, describeError } from '../errors.js';
import type { Log } from '../log.js';
import { ensureDirectory, sweepUnfinished, writeDurably } from './durable-file.js';
import { createWriteBehind, type WriteBehind } from './write-behind.js';

const WRITE_AFTER_MS = 500;
const WRITE_AGAIN_MS = 30_000;

export interface KeptFileOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** The state directory; made where it is missing. */
  readonly directory: string;
  readonly name: string;
  /** The text of the file, asked when it is written. */
  readonly render: () => string;
}

export function createKeptFile({ clock, log, directory, name, render }: KeptFileOptions): WriteBehind {
  const path = join(directory, name);
  let unwritten = false;
  return createWriteBehind({
    clock,
    delayMs: WRITE_AFTER_MS,
    retryMs: WRITE_AGAIN_MS,
    async write() {
      await ensureDirectory(directory);
      await writeDurably(path, render());
    },
    onWritten(error) {
      if (error !== undefined && !unwritten) {
        const why = describeError(error);
        log.error({ event: 'state-write-failed', path, error: why }, `${path} can't be written (${why})`);
      }
      unwritten = error !== undefined;
    },
  });
}

/**
 * What the process before kept in such a file, as `parse` reads it; undefined where there is none, and where it can't be
 * used, which is said. What it left half written goes. Never rejects.
 */
export async function readKept<Kept>(
  directory: string,
  name: string,
  parse: (text: string) => Kept,
  log: Log,
): Promise<Kept | undefined> {
  const path = join(directory, name);
  try {
    await sweepUnfinished(path);
    return parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    const why = describeError(error);
    log.warn(
      { event: 'state-read-failed', path, error: why },
      `${path} can't be used (${why}): started without it`,
    );
    return undefined;
  }
}
