import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { runProgram } from '../e2e/program.js';

const GOOD = 'zone: a.example\nns: [ns1.example.net]\n';
const ODD = "ns:   ['ns1.example.net'] # kept\nzone: a.example\n";
const MADE = 'zone: a.example\nns: [ns1.example.net] # kept\n';

t.test('writes what was odd, and names it; a second time there is nothing', async (t) => {
  const cwd = t.testdir({ 'good.yaml': GOOD, 'odd.yaml': ODD });
  const once = await runProgram(['fmt', 'good.yaml', 'odd.yaml'], { cwd });
  t.same([once.code, once.stdout, once.stderr], [0, 'odd.yaml\n', '']);
  t.equal(readFileSync(join(cwd, 'odd.yaml'), 'utf8'), MADE);
  const twice = await runProgram(['fmt', 'good.yaml', 'odd.yaml'], { cwd });
  t.same([twice.code, twice.stdout], [0, '']);
  t.same(readdirSync(cwd).sort(), ['good.yaml', 'odd.yaml'], 'nothing is left beside them');
});

t.test('--check writes nothing, names them and exits with 1', async (t) => {
  const cwd = t.testdir({ zones: { 'good.yaml': GOOD, 'odd.yaml': ODD } });
  const { code, stdout } = await runProgram(['fmt', '--check', '--zones', 'zones'], { cwd });
  t.same([code, stdout], [1, 'zones/odd.yaml\n']);
  t.equal(readFileSync(join(cwd, 'zones/odd.yaml'), 'utf8'), ODD);
});

t.test('a file that is no YAML is left alone, and the others are not', async (t) => {
  const cwd = t.testdir({ 'bad.yaml': 'a: [', 'odd.yaml': ODD });
  const { code, stdout, stderr } = await runProgram(['fmt', 'bad.yaml', 'odd.yaml', 'none.yaml'], { cwd });
  t.same([code, stdout], [1, 'odd.yaml\n']);
  t.match(stderr, /^bad\.yaml:1:4: the \[ [^\n]+\nnone\.yaml:1:1: the file can't be read: ENOENT[^\n]*\n$/);
  t.equal(readFileSync(join(cwd, 'bad.yaml'), 'utf8'), 'a: [');
});

t.test('rights stay, and a link stays one', async (t) => {
  const cwd = t.testdir({ real: {} });
  const file = join(cwd, 'real/odd.yaml');
  writeFileSync(file, ODD);
  chmodSync(file, 0o664);
  symlinkSync('real/odd.yaml', join(cwd, 'link.yaml'));
  t.equal((await runProgram(['fmt', 'link.yaml'], { cwd })).code, 0);
  t.ok(lstatSync(join(cwd, 'link.yaml')).isSymbolicLink());
  t.equal(readFileSync(file, 'utf8'), MADE);
  t.equal(statSync(file).mode & 0o777, 0o664);
});

t.test('the examples are in their canonical form', async (t) => {
  const { code, stdout, stderr } = await runProgram(['fmt', '--check', '--zones', 'zones'], {
    cwd: process.cwd(),
  });
  t.same([code, stdout, stderr], [0, '', '']);
});
