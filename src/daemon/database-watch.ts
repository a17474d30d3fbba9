/**
 * Notices when something else, such as Debian's geoipupdate, replaces a database: looks at the files every few seconds and
 * waits until one that changed has come to rest, since not everybody writes beside and renames.
 */
import { statSync } from 'node:fs';
import type { Clock } from '../clock.js';

/** Milliseconds from look to look. */
const PERIOD = 5000;

export interface DatabaseWatch {
  /** The files as they are now are known: only a later change counts. */
  acknowledge(): void;
  stop(): void;
}

/** Calls `onChange` once for each change of any of the files, appearing and going included. */
export function watchDatabases(
  paths: readonly string[],
  clock: Clock,
  onChange: () => void,
  look: (path: string) => string = fingerprint,
): DatabaseWatch {
  const lookAll = (): string => paths.map(look).join('\n');
  let known = lookAll();
  let before = known;
  let cancel = clock.after(PERIOD, check);

  function check(): void {
    const now = lookAll();
    const atRest = now === before;
    before = now;
    cancel = clock.after(PERIOD, check);
    if (!atRest || now === known) return;
    known = now;
    onChange();
  }

  return {
    acknowledge() {
      known = lookAll();
      before = known;
    },
    stop: () => cancel(),
  };
}

/** What changes when a file does; empty where there is none. */
function fingerprint(path: string): string {
  try {
    const stat = statSync(path);
    return `${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeMs}`;
  } catch {
    // Not there, or not to be looked at: opening it would say which.
    return '';
  }
}
