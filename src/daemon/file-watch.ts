/**
 * Notices when something else replaces a file, such as Debian's geoipupdate a database or certbot a certificate: looks at the
 * files every few seconds and waits until one that changed has come to rest, since not everybody writes beside and renames.
 */

import { identityOf } from '../geo/file-identity.js';
import type { Clock } from '../platform/clock.js';

/** Milliseconds from look to look. */
const PERIOD = 5000;

export interface FileWatch {
  /** The files as they are now are known: only a later change counts. */
  acknowledge(): void;
  stop(): void;
}

/** Calls `onChange` once for each change of any of the files that `paths` gives, appearing and going included. */
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
