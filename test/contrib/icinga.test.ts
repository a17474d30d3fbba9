import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { runProgram } from '../e2e/program.js';

const COMMAND = resolve('contrib/icinga2/command.conf');
const SERVICE = resolve('contrib/icinga2/service.conf');

t.test('the command knows every option of monitor, but for the config', async (t) => {
  const { stdout } = await runProgram(['monitor', '--help'], { cwd: process.cwd() });
  const options = [...stdout.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, option = '']) => option);
  const passed = [...readFileSync(COMMAND, 'utf8').matchAll(/"(--[a-z-]+)" = \{/g)].map(
    ([, option = '']) => option,
  );
  t.same(passed.sort(), options.filter((option) => option !== '--config').sort());
});

const ICINGA = '/usr/sbin/icinga2';
const SKIP = spawnSync(ICINGA, ['--version']).error === undefined ? false : 'apt-get install icinga2-bin';

t.test('Icinga takes it, and makes a service of it for a host that wants one', { skip: SKIP }, async (t) => {
  const config = join(t.testdir(), 'icinga2.conf');
  const host = (name: string, vars: string) => `object Host "${name}" { check_command = "dummy"; ${vars} }\n`;
  writeFileSync(
    config,
    `const NodeName = "test"\ninclude <itl>\n${host('ns1', 'vars.geopool = true')}${host('other', '')}include "${COMMAND}"\ninclude "${SERVICE}"\n`,
  );
  const { status, stdout } = spawnSync(ICINGA, ['daemon', '-C', '-c', config], { encoding: 'utf8' });
  t.equal(status, 0, stdout);
  t.match(stdout, /Instantiated 1 Service\./);
  t.notMatch(stdout, /warning|critical/);
});
