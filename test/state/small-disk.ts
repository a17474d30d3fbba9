/**
 * A file system of a few kilobytes, for tests of what happens when it is full. Only root may mount one.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { codeOf } from '../../src/platform/errors.js';

/** Why there can be none here; false where there can. */
export const noSmallDisk: string | false =
  spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()]).status === 0
    ? false
    : 'nothing can be mounted';

/** Where it is mounted, until the test ends. */
export function smallDisk(t: Test, kilobytes: number): string {
  const directory = mkdtempSync(join(tmpdir(), 'geopool-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k,nr_inodes=64`, 'tmpfs', directory]);
  t.teardown(() => {
    execFileSync('umount', ['--lazy', directory]);
    rmdirSync(directory);
  });
  return directory;
}

/** Fills it to the last octet and the last file; removing the directory that is given back makes room again. */
export function fill(disk: string): string {
  const directory = join(disk, 'filling');
  mkdirSync(directory);
  const untilFull = (write: (i: number) => void): void => {
    for (let i = 0; ; i++) {
      try {
        write(i);
      } catch (error) {
        if (codeOf(error) === 'ENOSPC') return;
        throw error;
      }
    }
  };
  untilFull(() => writeFileSync(join(directory, 'x'), 'x'.repeat(4096), { flag: 'a' }));
  untilFull((i) => writeFileSync(join(directory, String(i)), ''));
  return directory;
}
