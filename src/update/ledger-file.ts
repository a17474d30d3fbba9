/**
 * The ledger in `updates.json` beside the databases. If the file can't be read or written, only what it would remember
 * across restarts is lost. Updates continue.
 */
import type { Clock } from '../platform/clock.js';
import type { StateFiles } from '../state/state-files.js';
import { formatState } from '../state/state-kind.js';
import {
  EMPTY_LEDGER,
  entriesOf,
  LEDGER,
  type Ledger,
  ledgerOf,
  nextDownload,
  noteDownload,
} from './ledger.js';

export interface LedgerFile {
  current(): Ledger;
  /** Reads the file again: another process may have updated since. */
  load(): Promise<void>;
  /** Changes the ledger in memory only, until it is next loaded. */
  note(next: (ledger: Ledger) => Ledger): void;
  /** Changes the ledger and writes it. The run makes sure that there is one call at a time. */
  change(next: (ledger: Ledger) => Ledger): Promise<void>;
  /** Milliseconds until a download may be requested; 0 or less: now. */
  untilDownload(): number;
  /** Records that a download is requested now. */
  spend(): Promise<void>;
}

export function ledgerFile(files: StateFiles, clock: Clock): LedgerFile {
  let ledger = EMPTY_LEDGER;
  /** The downloads of this process, by the steady clock: setting the wall clock does not allow more of them. */
  let own = EMPTY_LEDGER;
  let unwritten = false;

  async function change(next: (ledger: Ledger) => Ledger): Promise<void> {
    ledger = next(ledger);
    const written = files.write(LEDGER.name, formatState(LEDGER, entriesOf(ledger)));
    unwritten = await written.then(
      () => false,
      () => true,
    );
  }

  return {
    current: () => ledger,
    async load() {
      // Entries that could not be written exist only in memory.
      if (unwritten) return;
      const entries = await files.read(LEDGER);
      if (entries.length > 0) ledger = ledgerOf(entries);
    },
    note(next) {
      ledger = next(ledger);
    },
    change,
    untilDownload() {
      const [now, steady] = [clock.now(), clock.steady()];
      return Math.max(nextDownload(ledger, now) - now, nextDownload(own, steady) - steady);
    },
    async spend() {
      own = noteDownload(own, clock.steady());
      await change((old) => noteDownload(old, clock.now()));
    },
  };
}
