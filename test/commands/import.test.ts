import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { runProgram } from '../e2e/program.js';
import { type Hosts, serveNames } from '../probe/dns-server.js';

const LIST = '{"mirrors": [{"url_prefix": "https://one.example/x", "weight": 2}]}';

t.test('the zone is on standard output, and what is left to decide on standard error', async (t) => {
  const cwd = t.testdir({ 'm.json': LIST });
  const { code, stdout, stderr } = await runProgram(['import', 'mirrors.json', 'm.json'], { cwd });
  t.equal(code, 0);
  t.match(
    stderr,
    /^m\.json:1:1: the name of the zone is a stand-in: [^\n]+\nm\.json:1:1: the name servers [^\n]+\n$/,
  );
  writeFileSync(join(cwd, 'made.yaml'), stdout);
  t.match(await runProgram(['check', '--strict', 'made.yaml'], { cwd }), { code: 0, stderr: '' });
  t.match(await runProgram(['fmt', '--check', 'made.yaml'], { cwd }), { code: 0, stdout: '' });
});

t.test('--zone says which zone', async (t) => {
  const cwd = t.testdir({ 'm.json': LIST });
  const { stdout, stderr } = await runProgram(['import', 'mirrors.json', 'm.json', '--zone', 'A.example.'], {
    cwd,
  });
  t.match(stdout, /^zone: a\.example\n/);
  t.notMatch(stderr, /name of the zone/);
  t.match(await runProgram(['import', 'mirrors.json', 'm.json', '--zone', '-'], { cwd }), {
    code: 2,
    stderr: /--zone: /,
  });
});

t.test('names are asked for with --resolve alone', async (t) => {
  const asked: string[] = [];
  const hosts: Hosts = new Map([['one.example', ['198.41.0.4']]]);
  const server = await serveNames(t, hosts, 60, (name) => asked.push(name));
  const cwd = t.testdir({ 'm.json': LIST, 'geopool.yaml': `resolve: { servers: "${server}" }\n` });
  const args = ['import', 'mirrors.json', 'm.json', '--config', 'geopool.yaml'];
  t.match((await runProgram(args, { cwd })).stdout, /hostname: one\.example/);
  t.same(asked, []);
  const { stdout } = await runProgram([...args, '--resolve'], { cwd });
  t.match(stdout, /# hostname: one\.example\n {2}one\.example:\n {4}addresses: \[198\.41\.0\.4\]\n/);
});

t.test('a file that can not be imported is said in one line, with its place', async (t) => {
  const cwd = t.testdir({ 'm.json': '{"mirrors": [\n{}]}' });
  t.match(await runProgram(['import', 'mirrors.json', 'm.json'], { cwd }), {
    code: 1,
    stdout: '',
    stderr: 'geopool: m.json:2:1: a mirror needs a "url_prefix" of http or https\n',
  });
  t.match(await runProgram(['import', 'mirrors.json', 'none'], { cwd }), {
    code: 1,
    stderr: /none:1:1: .*ENOENT/,
  });
  t.match(await runProgram(['import', 'other', 'm.json'], { cwd }), { code: 2, stderr: /bind, / });
});

t.test('what comes of a file and is no good zone is printed, with what is wrong', async (t) => {
  const cwd = t.testdir({ z: '@ NS ns\n@ A 192.0.2.1\n@ A 192.0.2.2\n' });
  const { code, stdout, stderr } = await runProgram(['import', 'bind', 'z', '--zone', 'a.example'], { cwd });
  t.equal(code, 1);
  t.match(stdout, /^zone: a\.example\nns: \[ns\.a\.example\]\n/);
  t.match(stderr, /\nthe zone above:2:6: ns\.a\.example is inside the zone and has no addresses there/);
});

t.test('nothing is written', async (t) => {
  const cwd = t.testdir({ 'm.json': LIST });
  await runProgram(['import', 'mirrors.json', 'm.json'], { cwd });
  t.equal(readFileSync(join(cwd, 'm.json'), 'utf8'), LIST);
});
