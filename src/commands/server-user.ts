/**
 * Finds what the server will not be able to read. Checks are mostly run by root, who can read everything, so they are left to
 * a child process that runs as the server's user. This process can't become that user for a moment: Debian's Node refuses
 * to change its own user.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { linesIn } from '../platform/group.js';

/** The user that systemd/geopool.sysusers.conf makes. */
export const SERVER_USER = 'geopool';
/** Prints which of its arguments can't be read. */
const PRINT_UNREADABLE = 'for path; do [ -r "$path" ] || printf "%s\\0" "$path"; done';

/** Those of the paths that exist and that the user can't read. None if this process is not root, and so can't tell. */
export function unreadableTo(
  user: string,
  paths: readonly string[],
  users = '/etc/passwd',
): readonly string[] {
  const [, , uid, group] = linesIn(users).find(([name]) => name === user) ?? [];
  if (uid === undefined || group === undefined || uid === '0' || process.geteuid?.() !== 0) return [];
  const there = paths.filter((path) => existsSync(path));
  if (there.length === 0) return [];
  const as = [`--reuid=${uid}`, `--regid=${group}`, '--init-groups'];
  const args = [...as, 'sh', '-c', PRINT_UNREADABLE, 'sh', ...there];
  const { stdout, status } = spawnSync('setpriv', args, { encoding: 'utf8' });
  return status === 0 ? stdout.split('\0').filter((path) => path !== '') : [];
}
