/**
 * One run through all editions, one after another: take the lock, tidy up, read the key, then fetch (with retries), verify
 * and swap each edition. An edition that fails does not stop the others.
 */

import { isUseful } from '../geo/editions.js';
import type { Clock } from '../platform/clock.js';
import { describeError } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import type { Random } from '../platform/random.js';
import { rfc3339 } from '../platform/time.js';
import { ensureDirectory } from '../state/durable-file.js';
import { onDisk, UpdateFault } from './fault.js';
import { type HttpAgents, openAgents } from './http-agents.js';
import { DOWNLOADS_A_DAY, noteCheck } from './ledger.js';
import type { LedgerFile } from './ledger-file.js';
import { type Allowance, type FetchLimits, fetchEdition, md5OfFile } from './protocol.js';
import { type RetryPolicy, retrying } from './retry.js';
import type { UpdateSettings } from './settings.js';
import { databasePath, type Serve, swapIn, type Verify } from './swap.js';
import { underLock } from './tidy.js';

export interface EditionResult {
  readonly edition: string;
  readonly outcome: 'current' | 'updated' | 'failed';
  /** Why it failed. */
  readonly reason?: string;
}

export interface RunOptions {
  readonly settings: UpdateSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly verify: Verify;
  readonly serve: Serve;
  /** For example `geopool/1.2.3`. */
  readonly userAgent: string;
  readonly limits: FetchLimits;
  readonly retryPolicy: RetryPolicy;
  readonly ledger: LedgerFile;
  /** Called with what an edition waits for before a retry, and with undefined when the wait is over. */
  readonly onWait: (edition: string, waiting: string | undefined) => void;
  readonly signal: AbortSignal;
}

/** Never rejects: an error that stops the whole run is the reason given for every edition. */
export async function runOnce(options: RunOptions): Promise<readonly EditionResult[]> {
  const { settings } = options;
  try {
    await onDisk(`can't make ${settings.directory}`, () => ensureDirectory(settings.directory));
    return await underLock(settings.directory, options.log, () => runLocked(options));
  } catch (error) {
    // Another process may hold the lock and thus own updates.json, so this is only noted in memory.
    return await failAll(settings.editions, error, options, options.ledger.note);
  }
}

async function runLocked(options: RunOptions): Promise<readonly EditionResult[]> {
  const { settings, ledger, signal } = options;
  await ledger.load();
  let key: string;
  try {
    key = await settings.readKey();
  } catch (error) {
    return await failAll(settings.editions, error, options, ledger.change);
  }
  const way = openAgents(settings.proxy);
  const results: EditionResult[] = [];
  try {
    for (const [index, edition] of settings.editions.entries()) {
      try {
        signal.throwIfAborted();
        results.push({ edition, outcome: await updateEdition(edition, key, way, options) });
        await ledger.change((old) => noteCheck(old, edition, options.clock.now()));
      } catch (error) {
        const refused = error instanceof UpdateFault && error.kind === 'refused';
        // After the key is refused for one edition, no other is requested: MaxMind locks out clients that persist.
        const failed = refused ? settings.editions.slice(index) : [edition];
        results.push(...(await failAll(failed, error, options, ledger.change)));
        if (refused) break;
      } finally {
        options.onWait(edition, undefined);
      }
    }
  } finally {
    await way.dispatcher.destroy();
  }
  return results;
}

async function updateEdition(
  edition: string,
  key: string,
  way: HttpAgents,
  options: RunOptions,
): Promise<'current' | 'updated'> {
  const { settings, clock, random, log, verify, serve, userAgent, limits, signal } = options;
  const { directory } = settings;
  if (!isUseful(edition)) {
    throw new UpdateFault(
      'final',
      'it says neither where addresses are nor whose: geopool has no use for it',
    );
  }
  const localMd5 = await md5OfFile(databasePath(directory, edition));
  const fetched = await retrying(
    () => {
      options.onWait(edition, undefined);
      return fetchEdition({
        settings,
        key,
        edition,
        localMd5,
        way,
        clock,
        signal,
        userAgent,
        limits,
        allowance: allowanceOf(options),
      });
    },
    {
      clock,
      random,
      signal,
      policy: options.retryPolicy,
      onWait(fault, waitMs) {
        const wait = `${fault.message}; asking again in ${Math.round(waitMs / 1000)} s`;
        options.onWait(edition, wait);
        log.info(
          { event: 'update-retry', edition, reason: fault.message, wait_ms: waitMs },
          `${edition}: ${wait}`,
        );
      },
    },
  );
  if (fetched.kind === 'current') {
    log.debug({ event: 'database-current', edition, date: fetched.date }, `${edition} is current`);
    return 'current';
  }
  const { path: fresh, lastModified, date, md5 } = fetched;
  await swapIn({ directory, edition, fresh, lastModified, verify, serve, signal });
  log.info({ event: 'database-updated', edition, date, md5 }, `${edition} is now the one of ${date}`);
  return 'updated';
}

function allowanceOf({ ledger, clock }: RunOptions): Allowance {
  return {
    check() {
      const left = ledger.untilDownload();
      if (left <= 0) return;
      throw new UpdateFault(
        'final',
        `the limit of ${DOWNLOADS_A_DAY} downloads a day is reached; the next may be asked for at ${rfc3339(clock.now() + left)}`,
      );
    },
    spend: ledger.spend,
  };
}

/** Logs and notes that `editions` failed. A stop is not their failure, and is not noted. */
async function failAll(
  editions: readonly string[],
  error: unknown,
  { log, clock, signal }: RunOptions,
  note: LedgerFile['note'] | LedgerFile['change'],
): Promise<EditionResult[]> {
  const reason = describeError(error);
  const results: EditionResult[] = [];
  for (const edition of editions) {
    results.push({ edition, outcome: 'failed', reason });
    if (signal.aborted) continue;
    log.warn({ event: 'database-update-failed', edition, reason }, `${edition} was not updated: ${reason}`);
    await note((old) => noteCheck(old, edition, clock.now(), reason));
  }
  return results;
}
