/**
 * Files that the server may read, but the user who runs a verb may not. Nothing is known to be wrong with them. So the
 * message says who may read them, rather than that they are missing or hold no keys.
 */
import { accessSync, constants, statSync } from 'node:fs';
import { codeOf } from '../platform/errors.js';
import { groupName } from '../platform/group.js';

const GROUP_READS = 0o040;

/** Why this process may not read the file; undefined if it may, or if there is no such file. */
export function whyClosed(path: string, open = openFor): string | undefined {
  try {
    open(path);
    return undefined;
  } catch (error) {
    if (codeOf(error) !== 'EACCES') return undefined;
  }
  const message = "this can't be checked: you may not read it";
  try {
    const { mode, gid } = statSync(path);
    if ((mode & GROUP_READS) === 0) return `${message}, only its owner may: check as root`;
    return `${message}, only its owner and the group ${groupName(gid) ?? gid} may: check as root, or join that group`;
  } catch {
    return `${message}, nor all of the directories that it is in: check as root`;
  }
}

function openFor(path: string): void {
  accessSync(path, constants.R_OK);
}
