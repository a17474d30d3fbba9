/** What the program says of errors that have nothing to do with what it was asked. */
import { spawnSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { runProgram } from '../e2e/program.js';

const PROGRAM = pathToFileURL(join(process.cwd(), '.build/src/commands/program.js'));
const skip = spawnSync('prlimit', ['--version']).status !== 0 && 'apt-get install util-linux';

/** All that is needed is loaded; then nothing can be opened any more. */
const CHECK = `
import { spawnSync } from 'node:child_process';
import { run } from '${PROGRAM}';
const [zones] = process.argv.slice(1);
const verbs = [['check', '--config', zones + '/geopool.yaml'], ['check', '--zones', zones]];
for (const verb of verbs) await run(verb);
spawnSync('prlimit', ['--pid', String(process.pid), '--nofile=5']);
for (const verb of verbs) process.exitCode = await run(verb);
`;

t.test('whatever could not be opened, too few descriptors are said in words', { skip }, async (t) => {
  const zones = t.testdir();
  const zone = 'zone: dl.example.org\nns: [ns1.example.net]\npools: { "@": {} }\n';
  writeFileSync(join(zones, 'z.yaml'), `${zone}mirrors: { a: { addresses: [192.0.2.1, "2001:db8::1"] } }\n`);
  writeFileSync(join(zones, 'geopool.yaml'), `zones: ${zones}\n`);
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', CHECK, zones], {
    encoding: 'utf8',
  });
  t.equal(status, 1);
  const lines = stderr.trimEnd().split('\n').slice(-2);
  const [file = '', interfaces = ''] = lines;
  t.match(file, /^geopool: this process may open too few files, .*: .*geopool\.yaml.*EMFILE/);
  t.match(interfaces, /^geopool: this process may open too few files, .*: A system error/);
});

t.test('a directory that is gone is no bug', async (t) => {
  const cwd = join(t.testdir({ gone: {} }), 'gone');
  const under = ['sh', '-c', 'rmdir "$PWD" && exec "$@"', 'sh'];
  t.match(await runProgram(['check', 'z.yaml'], { cwd, under }), {
    code: 1,
    stderr: /^geopool: the current directory is gone, .*: ENOENT[^\n]*uv_cwd\n$/,
  });
});

t.test('nor is a file that can not be looked at', async (t) => {
  const cwd = t.testdir();
  symlinkSync('loop.yaml', join(cwd, 'loop.yaml'));
  t.match(await runProgram(['check', 'loop.yaml'], { cwd }), {
    code: 1,
    stdout: /^loop\.yaml:1:1: the file can't be read: ELOOP[^\n]*\n$/,
  });
  t.match(await runProgram(['fmt', 'loop.yaml'], { cwd }), {
    code: 1,
    stderr: /^loop\.yaml:1:1: the file can't be read: ELOOP[^\n]*\n$/,
  });
});
