/** What a shell offers, as the shells themselves complete it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { runProgram } from '../e2e/program.js';

const missing = (shell: string) => spawnSync(shell, ['-c', '']).error !== undefined && `no ${shell} here`;

t.test('bash offers verbs, options and what they take', { skip: missing('bash') }, async (t) => {
  const cwd = t.testdir({ 'one.yaml': '', zones: {} });
  const { stdout } = await runProgram(['completion', 'bash'], { cwd });
  const offered = (...words: string[]): string[] => {
    const script = `${stdout}
COMP_WORDS=(geopool ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}
_geopool; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout: replies, stderr } = spawnSync('bash', ['-c', script], { cwd, encoding: 'utf8' });
    t.equal(stderr, '');
    return replies.trim().split('\n');
  };
  t.same(offered('hist'), ['history']);
  t.ok(offered('').includes('completion'));
  t.same(offered('geo', ''), ['info', 'update', 'accept', 'reject', '--help']);
  t.same(offered('challenge', ''), ['add', 'remove', 'list', '--help']);
  t.same(offered('explain', '--type', ''), ['A', 'AAAA']);
  t.same(offered('explain', '--j'), ['--json']);
  t.same(offered('serve', '--zones', ''), ['zones']);
  t.same(offered('serve', '--config', 'o'), ['one.yaml']);
  t.same(offered('check', 'on'), ['one.yaml']);
  t.same(offered('disable', '--reason', ''), ['']);
});

t.test('zsh takes its script', { skip: missing('zsh') }, async (t) => {
  const cwd = t.testdir({});
  const { stdout } = await runProgram(['completion', 'zsh'], { cwd });
  const { status, stderr } = spawnSync('zsh', ['-n'], { input: stdout, encoding: 'utf8' });
  t.same([status, stderr], [0, '']);
  t.match(stdout, /^#compdef geopool\n/);
});

t.test('there are two shells', async (t) => {
  const { code, stderr } = await runProgram(['completion', 'fish'], { cwd: join(process.cwd()) });
  t.equal(code, 2);
  t.match(stderr, /bash, zsh/);
});
