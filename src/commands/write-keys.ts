/**
 * Writes key files. A new one never overwrites an existing file, and one that changes keeps its owner and rights. The
 * server's group may read a new one that root makes.
 */
import { closeSync, fchmodSync, fchownSync, openSync, realpathSync, writeFileSync } from 'node:fs';
import type { ZoneKeys } from '../dnssec/keys.js';
import { codeOf, describeError, GeopoolError } from '../platform/errors.js';
import { groupId } from '../platform/group.js';
import { removeQuietlySync, rewriteDurablySync } from '../state/durable-file.js';
import { keyText } from '../zone/dnssec-key-text.js';
import { SERVER_USER } from './server-user.js';

/** Throws STATE_UNUSABLE if the file exists or can't be written. */
export function writeNewKeys(file: string, keys: ZoneKeys): void {
  writeNewSecret(file, keyText(keys), (made) => {
    const group = groupId(SERVER_USER);
    if (group === undefined || process.geteuid?.() !== 0) return;
    fchownSync(made, 0, group);
    fchmodSync(made, 0o640);
  });
}

/** Makes a file that its owner alone may read, and whom `share` lets. Throws STATE_UNUSABLE likewise. */
export function writeNewSecret(file: string, text: string, share?: (made: number) => void): void {
  writing(file, () => {
    const made = openSync(file, 'wx', 0o600);
    try {
      share?.(made);
      writeFileSync(made, text, { flush: true });
    } catch (error) {
      // The next try would take what is left of this one for a key in use.
      removeQuietlySync(file);
      throw error;
    } finally {
      closeSync(made);
    }
  });
}

/** If the file is a link, its target is written. Throws STATE_UNUSABLE if it can't be written. */
export function rewriteKeys(file: string, keys: ZoneKeys): void {
  writing(file, () => rewriteDurablySync(realpathSync(file), keyText(keys)));
}

/** Runs `write`, which writes a file of secrets. If it fails, throws STATE_UNUSABLE with the reason. */
function writing(file: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const why =
      codeOf(error) === 'EEXIST'
        ? 'it is there, and a key that may be in use is never overwritten: name another file, or move it away'
        : `can't be written: ${describeError(error)}`;
    throw new GeopoolError('STATE_UNUSABLE', `${file}: ${why}`, { cause: error });
  }
}
