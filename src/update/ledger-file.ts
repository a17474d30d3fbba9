/**
 * The ledger in `updates.json` beside the databases. A file that can't be read, or written, costs memory across restarts
 * and nothing else: it is said in the log, and updating goes on.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, describeError } from '../errors.js';
import type { Log } from '../log.js';
import { writeDurably } from '../state/durable-file.js';
import { EMPTY_LEDGER, formatLedger, type Ledger, parseLedger } from './ledger.js';

export interface LedgerFile {
  current(): Ledger;
  /** Reads the file anew: another process may have updated since. */
  load(): Promise<void>;
  /** Replaces the ledger for `current` alone, until it is loaded again. */
  note(next: (ledger: Ledger) => Ledger): void;
  /** Replaces the ledger and writes it. One at a time: the run sees to that. */
  change(next: (ledger: Ledger) => Ledger): Promise<void>;
}

export function ledgerFile(directory: string, log: Log): LedgerFile {
  const path = join(directory, 'updates.json');
  let ledger = EMPTY_LEDGER;
  // A full disk would otherwise be said at each of a run's steps.
  let unwritable = false;
  return {
    current: () => ledger,
    async load() {
      // What could not be written is known here and nowhere else.
      if (unwritable) return;
      const text = await readText(path, log);
      if (text === undefined) return;
      const parsed = parseLedger(text);
      if (parsed === undefined) {
        log.warn(
          { event: 'update-ledger-ignored', path },
          `${path} is not a record of updates; starting a new one`,
        );
      }
      ledger = parsed ?? ledger;
    },
    note(next) {
      ledger = next(ledger);
    },
    async change(next) {
      ledger = next(ledger);
      try {
        await writeDurably(path, formatLedger(ledger));
        unwritable = false;
      } catch (error) {
        if (!unwritable) {
          const reason = describeError(error);
          log.warn({ event: 'update-ledger-unwritable', path, reason }, `can't write ${path}: ${reason}`);
        }
        unwritable = true;
      }
    },
  };
}

async function readText(path: string, log: Log): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') {
      const reason = describeError(error);
      log.warn({ event: 'update-ledger-ignored', path, reason }, `can't read ${path}: ${reason}`);
    }
    return undefined;
  }
}
