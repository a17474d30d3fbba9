/**
 * Writes key files. A new one never overwrites an existing file, and one that changes keeps its owner and rights. The
 * server's group may read a new one that root makes.
 */
import { chmodSync, chownSync, writeFileSync } from 'node:fs';
import type { ZoneKeys } from '../dnssec/keys.js';
import { codeOf, describeError, GeopoolError } from '../platform/errors.js';
import { groupId } from '../platform/group.js';
import { rewriteDurablySync } from '../state/durable-file.js';
import { keyText } from '../zone/dnssec-key-text.js';
import { SERVER_USER } from './server-user.js';

/** Throws STATE_UNUSABLE if the file exists or can't be written. */
export function writeNewKeys(file: string, keys: ZoneKeys): void {
  writing(file, () => {
    writeFileSync(file, keyText(keys), { flag: 'wx', mode: 0o600, flush: true });
    const group = groupId(SERVER_USER);
    if (group === undefined || process.geteuid?.() !== 0) return;
    chownSync(file, 0, group);
    chmodSync(file, 0o640);
  });
}

/** Throws STATE_UNUSABLE if it can't be written. */
export function rewriteKeys(file: string, keys: ZoneKeys): void {
  writing(file, () => rewriteDurablySync(file, keyText(keys)));
}

/** Runs `write`, which writes a file of secrets. If it fails, throws STATE_UNUSABLE with the reason. */
export function writing(file: string, write: () => void): void {
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
