/**
 * A file system of a few kilobytes, for tests of what happens when it is full. Only root may mount one.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { codeOf } from '../../src/errors.js';

/** Why there can be none here; false where there can. */
export const noSmallDisk: string | false =
  spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()]).status === 0
    ? false
    : 'nothing can be mounted';

/** Where it is mounted, until the test ends. */
export function smallDisk(t: Test, kilobytes: number): string {
  const directory = mkdtempSync(join(tmpdir(), 'geopool-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', directory]);
  t.teardown(() => {
    execFileSync('umount', ['--lazy', directory]);
    rmdirSync(directory);
  });
  return directory;
}

/** Fills it to the last octet; removing the file that is given back makes room again. */
export function fill(directory: string): string {
  const path = join(directory, 'filling');
  for (;;) {
    try {
      writeFileSync(path, 'x'.repeat(4096), { flag: 'a' });
    } catch (error) {
      if (codeOf(error) === 'ENOSPC') return path;
      throw error;
    }
  }
}
