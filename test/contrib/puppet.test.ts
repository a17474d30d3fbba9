import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { programCommand } from '../e2e/program.js';
import { zoneText } from './zone.js';

const MANIFEST = readFileSync('contrib/puppet/geopool.pp', 'utf8');
const SKIP = spawnSync('puppet', ['--version']).error === undefined ? false : 'apt-get install puppet-agent';

t.test(
  'zones are put in place where they are right, and the server reads them',
  { skip: SKIP },
  async (t) => {
    const root = t.testdir({ source: {}, zones: {}, var: {}, conf: {} });
    const [source, zones, reloaded] = ['source', 'zones', 'reloaded'].map((name) => join(root, name));
    const program = join(root, 'geopool');
    const command = programCommand().map((word) => `'${word}'`);
    writeFileSync(program, `#!/bin/sh\nexec ${command.join(' ')} "$@"\n`);
    chmodSync(program, 0o755);

    const [user, group] = spawnSync('sh', ['-c', 'id -un; id -gn'], { encoding: 'utf8' })
      .stdout.trim()
      .split('\n');
    const names = ['a.example', 'b.example'];
    const apply = (list: readonly string[]) => {
      if (reloaded !== undefined) rmSync(reloaded, { force: true });
      const file = join(root, 'site.pp');
      const quoted = list.map((name) => `'${name}'`).join(', ');
      const settings = [
        `zones => [${quoted}]`,
        `source => '${source}'`,
        `directory => '${zones}'`,
        `program => '${program}'`,
        `reload => '/usr/bin/touch ${reloaded}'`,
        `owner => '${user}'`,
        `group => '${group}'`,
      ];
      writeFileSync(file, `${MANIFEST}\nclass { 'geopool': ${settings.join(', ')} }\n`);
      const { status, stdout, stderr } = spawnSync(
        'puppet',
        [
          'apply',
          '--detailed-exitcodes',
          '--color=false',
          '--vardir',
          join(root, 'var'),
          '--confdir',
          join(root, 'conf'),
          file,
        ],
        { encoding: 'utf8' },
      );
      return { status, output: stdout + stderr, isReloaded: existsSync(reloaded ?? '') };
    };
    const put = (name: string, text: string) => writeFileSync(join(source ?? '', `${name}.yaml`), text);
    const there = (name: string) => readFileSync(join(zones ?? '', `${name}.yaml`), 'utf8');

    for (const name of names) put(name, zoneText(name));
    t.match(apply(names), { status: 2, isReloaded: true });

    put('a.example', 'zone: a.example\n');
    put('b.example', `${zoneText('b.example')}# changed\n`);
    writeFileSync(join(zones ?? '', 'c.example.yaml'), zoneText('c.example'));
    const wrong = apply(names);
    t.equal(wrong.status, 6, 'changes and failures');
    t.match(wrong.output, /"ns" is missing/);
    t.equal(there('a.example'), zoneText('a.example'), 'the wrong one is as it was');
    t.match(there('b.example'), /# changed/);
    t.ok(wrong.isReloaded, 'the other is served');
    t.same(readdirSync(zones ?? ''), ['a.example.yaml', 'b.example.yaml'], 'what is not listed is gone');

    put('a.example', zoneText('a.example'));
    t.match(apply(names), { status: 0, isReloaded: false }, 'where nothing changes nothing is read');
  },
);

t.test('what is no name of a zone is none', { skip: SKIP }, async (t) => {
  const root = t.testdir({});
  mkdirSync(join(root, 'zones'));
  const file = join(root, 'site.pp');
  writeFileSync(
    file,
    `${MANIFEST}\nclass { 'geopool': zones => ['../../etc/passwd'], directory => '${root}/zones' }\n`,
  );
  const { status } = spawnSync('puppet', ['apply', '--vardir', root, '--confdir', root, file]);
  t.not(status, 0);
});
