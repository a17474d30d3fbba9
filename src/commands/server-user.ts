/**
 * What the server will not be able to read. Whoever checks files is mostly root, who can read everything; so a child is
 * asked that runs as the user whom the server runs as. This process can't become that user for a moment: Debian's Node
 * refuses to change its own.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** As systemd/geopool.sysusers.conf makes it. */
export const SERVER_USER = 'geopool';
/** Prints which of its arguments can't be read. */
const PRINT_UNREADABLE = 'for path; do [ -r "$path" ] || printf "%s\\0" "$path"; done';

/** Those of the paths, of files and directories that are there, that the user can't read; none where only root could tell. */
export function unreadableTo(user: string, paths: readonly string[]): readonly string[] {
  const ids = idsOf(user);
  if (ids === undefined || ids.uid === '0' || process.geteuid?.() !== 0) return [];
  const there = paths.filter((path) => existsSync(path));
  if (there.length === 0) return [];
  const as = [`--reuid=${ids.uid}`, `--regid=${ids.group}`, '--init-groups'];
  const args = [...as, 'sh', '-c', PRINT_UNREADABLE, 'sh', ...there];
  const { stdout, status } = spawnSync('setpriv', args, { encoding: 'utf8' });
  return status === 0 ? stdout.split('\0').filter((path) => path !== '') : [];
}

function idsOf(user: string): { readonly uid: string; readonly group: string } | undefined {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  const [, , uid, group] = lines.map((line) => line.split(':')).find(([name]) => name === user) ?? [];
  return uid === undefined || group === undefined ? undefined : { uid, group };
}
