/**
 * Notices when another program replaces a file, such as Debian's geoipupdate a database or certbot a certificate. It looks
 * every few seconds and waits until a changed file is at rest, since not all programs write a new file and rename it.
 */

import { identityOf } from '../geo/file-identity.js';
import type { Clock } from '../platform/clock.js';

/** Milliseconds between looks. */
const PERIOD = 5000;

export interface FileWatch {
  /** Takes the files as they are now for known: only a later change counts. */
  acknowledge(): void;
  stop(): void;
}

/** Calls `onChange` once for each change of any file in `paths`, including its creation and removal. */
export function watchFiles(paths: () => readonly string[], clock: Clock, onChange: () => void): FileWatch {
  const lookAll = (): string =>
    paths()
      .map((path) => `${path} ${identityOf(path)}`)
      .join('\n');
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
