/**
 * Keeps verdicts and overrides in the state directory, so that a process killed at any moment finds them again: each
 * file is whole, as last written. Where the directory is full or read-only, serving goes on: it is said once, counted,
 * and said again when it recovers.
 */
import { join } from 'node:path';
import type { Clock } from '../clock.js';
import { describeError, GeopoolError } from '../errors.js';
import type { Log } from '../log.js';
import { ensureDirectory, writeDurably } from '../state/durable-file.js';
import { createWriteBehind } from '../state/write-behind.js';
import { formatOverrides, formatVerdicts } from './journal-format.js';
import type { Override } from './overrides.js';
import type { StoredVerdict } from './stored-verdict.js';

export const VERDICTS_FILE = 'verdicts.json';
export const OVERRIDES_FILE = 'overrides.json';

/** A burst of verdicts is one write. */
const DELAY_MS = 500;

/** Verdicts that stand are written anew this often, or they would look old after a restart. */
const REFRESH_MS = 300_000;

const RETRY_MS = 30_000;

export interface Journal {
  /** A verdict changed: it is on disk within about a second. */
  markVerdicts(): void;
  /**
   * Resolves once the overrides, as they are now, are durable. Rejects with STATE_UNUSABLE where they can't be written;
   * they are then tried again until they can.
   */
  saveOverrides(): Promise<void>;
  /** Writes that failed so far. */
  failures(): number;
  /** Writes the verdicts a last time and stops. Does not reject. */
  close(): Promise<void>;
}

export interface JournalOptions {
  /** The state directory; made where it is missing. */
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Log;
  /** What to write, asked when it is written. */
  readonly verdicts: () => ReadonlyMap<string, StoredVerdict>;
  readonly overrides: () => readonly Override[];
}

export function createJournal(options: JournalOptions): Journal {
  const { directory, clock, log } = options;
  const failing = new Set<string>();
  let failures = 0;

  function keep(name: string, render: () => string) {
    const path = join(directory, name);
    return createWriteBehind({
      clock,
      delayMs: DELAY_MS,
      retryMs: RETRY_MS,
      async write() {
        await ensureDirectory(directory);
        await writeDurably(path, render());
      },
      onWritten: (error) => heed(path, error),
    });
  }

  function heed(path: string, error: unknown): void {
    if (error === undefined) {
      if (!failing.delete(path) || failing.size > 0) return;
      log.info(
        { event: 'state-write-recovered', directory, failures },
        `state is written to ${directory} again`,
      );
      return;
    }
    failures += 1;
    const said = failing.size > 0;
    failing.add(path);
    if (said) return;
    log.error(
      { event: 'state-write-failed', path, error: describeError(error) },
      `${path} can't be written (${describeError(error)}): serving goes on, a restart would know only what was written before; ` +
        'make room or make the directory writable',
    );
  }

  const verdicts = keep(VERDICTS_FILE, () => formatVerdicts(options.verdicts()));
  const overrides = keep(OVERRIDES_FILE, () => formatOverrides(options.overrides()));
  let stopRefresh = clock.after(REFRESH_MS, refresh);

  function refresh(): void {
    verdicts.mark();
    stopRefresh = clock.after(REFRESH_MS, refresh);
  }

  return {
    markVerdicts: verdicts.mark,

    async saveOverrides() {
      try {
        await overrides.flush();
      } catch (error) {
        const path = join(directory, OVERRIDES_FILE);
        throw new GeopoolError(
          'STATE_UNUSABLE',
          `${path} can't be written (${describeError(error)}): overrides hold until this server ends, not after`,
          { cause: error },
        );
      }
    },

    failures: () => failures,

    async close() {
      stopRefresh();
      verdicts.mark();
      await Promise.all([verdicts.close(), overrides.close()]);
    },
  };
}
