/**
 * The state directory, for one server at a time: two would overwrite each other's verdicts and overrides. The control
 * socket keeps servers apart only if both have it at the same path. Serving does not depend on the directory: if it can't be
 * made or written, that is logged and tried again. If it is removed while a server runs, it is made again, with all that the
 * server knows.
 */
import { join } from 'node:path';
import type { Clock } from '../platform/clock.js';
import { describeError, GeopoolError } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import { ensureDirectory } from './durable-file.js';
import { type FileLock, takeFileLock } from './file-lock.js';
import { createStateFiles, type StateFiles } from './state-files.js';

export interface StateTools {
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Log;
}

export interface State extends StateFiles {
  /** Ends the watch and releases the directory: nothing is written to it any more. */
  close(): Promise<void>;
}

const LOCK = 'server.lock';
const LOOK_MS = 5000;

/**
 * Makes the directory if need be and takes it for this process. Rejects with ALREADY_RUNNING if another process has it.
 */
export async function openState(tools: StateTools): Promise<State> {
  const { directory, clock, log } = tools;
  const path = join(directory, LOCK);
  let lock: FileLock | undefined;
  /** Why this process does not have the directory; `taken` if another server has it. */
  let trouble: { readonly taken: boolean; readonly words: string } | undefined;
  let looking: Promise<void> | undefined;
  let closed = false;
  let cancel = (): void => undefined;

  const files = createStateFiles({
    ...tools,
    async forbidden() {
      if (closed) return `${directory} is given up: this server ends`;
      await look();
      return trouble?.taken === true ? trouble.words : undefined;
    },
  });

  async function take(): Promise<typeof trouble> {
    const lost = lock;
    lock = undefined;
    try {
      await lost?.release();
      await ensureDirectory(directory);
      const got = await takeFileLock(path);
      if ('release' in got) {
        lock = got;
        return undefined;
      }
      const words = `${directory}: in use by another geopool (${got.holder} holds ${path}); stop it, or give this one a directory of its own with --state`;
      return { taken: true, words };
    } catch (error) {
      const words = `${directory} can't be used (${describeError(error)}): verdicts and overrides may not outlive this process, and nobody notices a second server on it`;
      return { taken: false, words };
    }
  }

  function say(): void {
    if (trouble === undefined) return;
    log.error({ event: trouble.taken ? 'state-taken' : 'state-unusable', directory }, trouble.words);
  }

  /** Checks that this process still has the directory, and if not, takes it again. */
  function look(): Promise<void> {
    looking ??= lookOnce().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  async function lookOnce(): Promise<void> {
    if (await lock?.holds()) return;
    const before = trouble;
    trouble = await take();
    if (trouble === undefined) {
      log.warn(
        { event: 'state-recreated', directory },
        `${directory} was gone, or could not be used: what is known is written to it again`,
      );
      files.writeAnew();
    } else if (trouble.taken !== before?.taken) say();
  }

  async function watch(): Promise<void> {
    await look();
    if (!closed) cancel = clock.after(LOOK_MS, () => void watch());
  }

  trouble = await take();
  if (trouble?.taken === true) throw new GeopoolError('ALREADY_RUNNING', trouble.words);
  say();
  cancel = clock.after(LOOK_MS, () => void watch());
  return {
    ...files,
    problems: () => [...(trouble === undefined ? [] : [trouble.words]), ...files.problems()],
    async close() {
      closed = true;
      cancel();
      await looking;
      const last = lock;
      lock = undefined;
      await last?.release();
    },
  };
}
