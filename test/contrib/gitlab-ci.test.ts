import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { parse } from 'yaml';
import * as z from 'zod';
import { programCommand } from '../e2e/program.js';
import { zoneText } from './zone.js';

const { check, variables } = z
  .object({
    variables: z.record(z.string(), z.coerce.string()),
    check: z.object({ script: z.array(z.string()) }),
  })
  .parse(parse(readFileSync('contrib/ci/gitlab-ci.yml', 'utf8')));

/**
 * Runs the script as a runner does, line by line until one fails, in a repository with these zones, whose main branch has
 * those `before`.
 */
function run(t: Test, zones: Record<string, string>, clients = '', before = zones) {
  const root = t.testdir({ bin: {}, zones: before });
  const git = (...args: string[]) =>
    spawnSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.org', ...args], { cwd: root });
  git('init', '-q', '-b', 'main');
  git('add', 'zones');
  git('commit', '-q', '-m', 'zones');
  git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  for (const [file, text] of Object.entries(zones)) writeFileSync(join(root, 'zones', file), text);
  const program = join(root, 'bin', 'geopool');
  const command = programCommand().map((word) => `'${word}'`);
  writeFileSync(program, `#!/bin/sh\nexec ${command.join(' ')} "$@"\n`);
  chmodSync(program, 0o755);
  const env = {
    ...process.env,
    PATH: `${join(root, 'bin')}:${process.env.PATH}`,
    ...variables,
    CI_DEFAULT_BRANCH: 'main',
    CLIENTS: clients,
  };
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

t.test('one that moves much of a pool fails, and says whom it moves', async (t) => {
  const before = zoneText('a.example');
  const zone = before.replace('aurora: { addresses: [192.0.2.1]', 'boreas: { addresses: [192.0.2.2]');
  const { status, stdout } = run(t, { 'a.yaml': zone }, '', { 'a.yaml': before });
  t.equal(status, 1);
  t.match(stdout, /a\.example: mirrors: aurora: gone/);
  t.match(stdout, /100\.0 % from aurora to boreas/);
});
