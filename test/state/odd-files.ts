/**
 * What may lie where a file should be: for tests of everything that reads one.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Each puts itself at a path, in the place of what is there. */
export const ODD_FILES: Readonly<Record<string, (path: string) => void>> = {
  'a directory': (path) => {
    mkdirSync(path);
    writeFileSync(join(path, 'something'), '');
  },
  'a FIFO': (path) => {
    execFileSync('mkfifo', [path]);
  },
  'a device': (path) => symlinkSync('/dev/zero', path),
  '5 GB': (path) => {
    writeFileSync(path, '');
    truncateSync(path, 5e9);
  },
  // What has no address can't be read; the system says EIO, as it does of a bad disk.
  'a bad disk': (path) => symlinkSync('/proc/self/mem', path),
};

export function putInPlace(odd: string, path: string): void {
  rmSync(path, { recursive: true, force: true });
  ODD_FILES[odd]?.(path);
}
