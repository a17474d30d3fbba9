import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { parse } from 'yaml';
import * as z from 'zod';
import { programCommand } from '../e2e/program.js';
import { zoneText } from './zone.js';

const { check } = z
  .object({ check: z.object({ script: z.array(z.string()) }) })
  .parse(parse(readFileSync('contrib/ci/gitlab-ci.yml', 'utf8')));

/** Runs the script as a runner does, line by line until one fails, in a repository with these zones. */
function run(t: Test, zones: Record<string, string>, clients = '') {
  const root = t.testdir({ bin: {}, zones });
  const program = join(root, 'bin', 'geopool');
  const command = programCommand().map((word) => `'${word}'`);
  writeFileSync(program, `#!/bin/sh\nexec ${command.join(' ')} "$@"\n`);
  chmodSync(program, 0o755);
  const env = { ...process.env, PATH: `${join(root, 'bin')}:${process.env.PATH}`, CLIENTS: clients };
  const { status, stdout } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', check.script.join('\n')], {
    cwd: root,
    env,
    encoding: 'utf8',
  });
  return { status, stdout };
}

t.test('a change that is right passes, and shows what clients would get', async (t) => {
  t.match(run(t, { 'a.yaml': zoneText('a.example') }), { status: 0 });
  const { status, stdout } = run(
    t,
    { 'a.yaml': zoneText('a.example') },
    'a.example@192.109.0.1 a.example@2001:db8::1',
  );
  t.equal(status, 0);
  t.equal(stdout.match(/^a\.example A from /gm)?.length, 2);
});

t.test('one that is wrong fails, and says where', async (t) => {
  t.match(run(t, { 'a.yaml': 'zone: a.example\n' }), { status: 1, stdout: /^zones\/a\.yaml:1:1: / });
});
