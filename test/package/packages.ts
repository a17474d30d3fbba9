/** Packages of this tree, built by the script that `npm run deb` calls, each in a directory of its own. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** The version that is tested, and one before it: seconds, in the past, since files are as old as they may be at most. */
export const EPOCHS = { now: 1_750_000_000, before: 1_700_000_000 } as const;

/** Where those are that other tests read. */
export const PACKAGES = join(process.cwd(), '.build', 'packages');

/** Builds a package into a directory of PACKAGES; gives its file. */
export function buildPackage(directory: string, epoch: number, architecture = 'amd64'): string {
  const output = join(PACKAGES, directory);
  mkdirSync(output, { recursive: true });
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'deb', '--', architecture], {
    encoding: 'utf8',
    env: { ...process.env, SOURCE_DATE_EPOCH: String(epoch), DEB_OUTPUT: output },
  });
  const file = stdout.trim().split('\n').at(-1) ?? '';
  if (status !== 0 || !file.endsWith('.deb')) throw new Error(`no package:\n${stdout}${stderr}`);
  return file;
}

/** What a program says, and ends with. */
export function run(program: string, ...args: string[]): { readonly status: number | null; said: string } {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
  if (error !== undefined) throw error;
  return { status, said: stdout + stderr };
}
