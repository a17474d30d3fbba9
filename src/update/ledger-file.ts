/**
 * The ledger in `updates.json` beside the databases. A file that can't be read, or written, costs memory across restarts
 * and nothing else: updating goes on.
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
  /** Reads the file anew: another process may have updated since. */
  load(): Promise<void>;
  /** Replaces the ledger for `current` alone, until it is loaded again. */
  note(next: (ledger: Ledger) => Ledger): void;
  /** Replaces the ledger and writes it. One at a time: the run sees to that. */
  change(next: (ledger: Ledger) => Ledger): Promise<void>;
  /** Milliseconds until a download may be asked for; 0 or less: now. */
  untilDownload(): number;
  /** One is asked for now. */
  spend(): Promise<void>;
}

export function ledgerFile(files: StateFiles, clock: Clock): LedgerFile {
  let ledger = EMPTY_LEDGER;
  /** The downloads of this process, by the steady clock: setting the wall clock gives nobody more of them. */
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
      // What could not be written is known here and nowhere else.
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
