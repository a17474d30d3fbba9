/** Makes the outlines of countries beside the compiled program, where building has not done so yet. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../src', import.meta.url));

export function makeOutlines(): void {
  if (existsSync(`${PROGRAM}/http/outlines.json`)) return;
  const { status, stderr } = spawnSync(process.execPath, ['scripts/outlines.js', PROGRAM], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
}
