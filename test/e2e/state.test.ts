/**
 * Faults of the state directory, or shortages of the system: a start goes on with what it has, or says in words what is
 * missing.
 */
import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import t from 'tap';
import { ODD_FILES, putInPlace } from '../state/odd-files.js';
import { fill, noSmallDisk, smallDisk } from '../state/small-disk.js';
import { udpClient } from './dns-client.js';
import { runProgram, until } from './program.js';
import { makeHome, startServer } from './server.js';

const zones = {
  'dl.example.org.yaml': `
zone: dl.example.org
ns: [ns1.example.net]
pools:
  "@": { answers: 1, probe: { type: none } }
mirrors:
  aurora: { addresses: [192.0.2.1] }
`,
};

/** What a server that has overrides keeps in files of its own. */
const FILES = ['overrides.json', 'verdicts.json', 'history.log'];
const root = process.getuid?.() === 0;
const NOBODY = 65534;
const AS_NOBODY = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
/** As far as locks go: numbers of processes of its own, with and without a /proc of its own. */
const CONTAINERS = [
  ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'],
  ['unshare', '--pid', '--fork', '--kill-child'],
];
const contained = spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'true']).status === 0;

/** Gives all of a directory to somebody without rights. */
async function asNobodyOwns(directory: string): Promise<void> {
  const names = await readdir(directory, { recursive: true });
  for (const name of ['', ...names]) await chown(join(directory, name), NOBODY, NOBODY);
}

t.test('too few descriptors are said in words', async (t) => {
  const { dir } = await makeHome(t, { zones });
  for (const most of [28, 32, 40]) {
    const under = ['sh', '-c', `ulimit -n ${most}; exec "$@"`, 'sh'];
    const { code, stderr } = await runProgram(['serve', '--config', 'geopool.yaml'], { cwd: dir, under });
    t.equal(code, 1);
    t.match(stderr, /^geopool: .*may open too few files.*\(ulimit -n, LimitNOFILE=\): [^\n]*\n$/);
  }
});

t.test('whatever lies in the state directory, it starts and answers', async (t) => {
  const home = await makeHome(t, { zones, config: 'geo: {}\n' });
  await (await startServer(t, { home })).stop();
  const state = join(home.dir, 'state');
  const [map = ''] = await readdir(join(state, 'maps'));
  await mkdir(join(state, 'geo'), { recursive: true });
  for (const odd of Object.keys(ODD_FILES)) {
    for (const name of [
      ...FILES,
      'server.lock',
      'zones/dl.example.org.yaml',
      `maps/${map}`,
      'geo/GeoLite2-City.mmdb',
      'geo/GeoLite2-ASN.mmdb',
    ]) {
      putInPlace(odd, join(state, name));
    }
    const server = await startServer(t, { home });
    const client = await udpClient(t, server);
    t.same(await client.addresses({ name: 'dl.example.org' }), ['192.0.2.1'], odd);
    const { state_problems } = await server.status();
    for (const name of FILES)
      t.ok(
        state_problems.some((text) => text.includes(`/${name} can't be read`)),
        name,
      );
    t.match((await server.run('status')).stdout, /^STATE: .*overrides\.json can't be read/m);
    t.match(await server.stop(), { code: 0 }, odd);
  }
});

t.test('absurd values are damage: each costs its entry, and no start', async (t) => {
  const home = await makeHome(t, { zones });
  const override = { zone: 'dl.example.org', mirror: 'aurora', reason: 'disk', since: 1 };
  const absurd = [{ since: 1e300 }, { until: 1e300 }, { since: -1e300 }].map((one) => ({
    ...override,
    ...one,
  }));
  const overrides = [...absurd, override];
  await home.write('state/overrides.json', JSON.stringify({ version: 1, overrides }));
  const lastProbe = { at: 1e300, ok: false, ms: 1e300, certificateEnds: 1e300 };
  const verdicts = [{ key: 'x', verdict: 'down', since: 1e300, lastProbe, returned: 1e300 }];
  await home.write('state/verdicts.json', JSON.stringify({ version: 1, verdicts }));
  const lines = [
    { type: 'history', version: 1 },
    { type: 'alive', at: 1e300 },
  ].map((line) => {
    const json = JSON.stringify(line);
    return `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`;
  });
  await home.write('state/history.log', lines.join(''));
  await home.write('state/hostnames.json', '{"version":1,"hostnames":{"a":[1e300]}}');
  await home.write('state/notices.json', '{"version":1,"channels":{"exec":{"waiting":[],"dropped":1e300}}}');
  const server = await startServer(t, { home });
  const client = await udpClient(t, server);
  t.same(await client.addresses({ name: 'dl.example.org' }), [], 'what was sound holds');
  t.equal((await server.run('status')).stdout.match(/^STATE: /gm)?.length, 4);
  t.equal((await server.run('history')).code, 0);
});

t.test('overrides that can’t be read are there when they can be again', { skip: !root }, async (t) => {
  const home = await makeHome(t, { zones });
  const first = await startServer(t, { home });
  t.match(await first.run('disable', 'aurora', '--force', '--reason', 'disk'), { code: 0 });
  await first.stop();
  const state = join(home.dir, 'state');
  const [text] = await Promise.all(FILES.map((name) => readFile(join(state, name), 'utf8')));
  await asNobodyOwns(home.dir);
  for (const name of FILES) await chmod(join(state, name), 0);
  const second = await startServer(t, { home, under: AS_NOBODY });
  const client = await udpClient(t, second);
  t.same(await client.addresses({ name: 'dl.example.org' }), ['192.0.2.1']);
  const { code, stderr } = await second.run('disable', 'aurora', '--force', '--reason', 'again');
  t.equal(code, 1);
  t.match(
    stderr,
    /overrides\.json can't be read \(EACCES.*nothing is written to it until a start can read it/,
  );
  t.equal((await second.status()).state_problems.length, FILES.length);
  await second.stop();
  for (const name of FILES) await chmod(join(state, name), 0o600);
  t.equal(await readFile(join(state, FILES[0] ?? ''), 'utf8'), text);
  const third = await startServer(t, { home, under: AS_NOBODY });
  const again = await udpClient(t, third);
  t.same(await again.addresses({ name: 'dl.example.org' }), []);
  t.same((await third.status()).state_problems, []);
});

t.test('a state directory that is removed is made anew, and the socket in it', async (t) => {
  const server = await startServer(t, { zones, control: 'state/control.sock' });
  t.match(await server.run('disable', 'aurora', '--force', '--reason', 'disk'), { code: 0 });
  await rm(join(server.dir, 'state'), { recursive: true });
  await Promise.all([server.log.waitFor('state-recreated'), server.log.waitFor('control-recreated')]);
  await until(async () => {
    const names = await readdir(join(server.dir, 'state')).catch((): string[] => []);
    const zoneCopies = await readdir(join(server.dir, 'state', 'zones')).catch((): string[] => []);
    return [...FILES, 'server.lock'].every((name) => names.includes(name)) && zoneCopies.length === 1
      ? true
      : undefined;
  }, 'all files are there again');
  t.same((await server.status()).state_problems, []);
  const second = await runProgram(
    ['serve', '--config', 'geopool.yaml', '--state', 'state', '--listen', '127.0.0.1:0'],
    { cwd: server.dir },
  );
  t.match(second, { code: 1, stderr: /in use by another geopool/ });
  await server.stop('SIGKILL');
  const next = await startServer(t, { home: server });
  const client = await udpClient(t, next);
  t.same(await client.addresses({ name: 'dl.example.org' }), [], 'the override is there');
});

t.test('a disk that is full at the start is used when there is room', { skip: noSmallDisk }, async (t) => {
  const home = await makeHome(t, { zones });
  const disk = smallDisk(t, 4096);
  await symlink(disk, join(home.dir, 'state'));
  const filling = fill(disk);
  const server = await startServer(t, { home, control: 'state/control.sock' });
  const client = await udpClient(t, server);
  t.same(await client.addresses({ name: 'dl.example.org' }), ['192.0.2.1']);
  await server.log.waitFor('control-unavailable');
  await server.log.waitFor('state-unusable');
  await rm(filling, { recursive: true });
  await Promise.all([server.log.waitFor('state-recreated'), server.log.waitFor('control-recreated')]);
  t.match(await server.run('disable', 'aurora', '--force', '--reason', 'disk'), { code: 0 });
  await until(
    async () => ((await server.status()).state_problems.length === 0 ? true : undefined),
    'nothing is wrong any more',
  );
});

t.test('of two containers on one state directory one serves', { skip: !contained }, async (t) => {
  for (const container of CONTAINERS) {
    const home = await makeHome(t, { zones });
    // What a killed one left is of process 1, as the next one is.
    for (let kill = 0; kill < 2; kill++) {
      const server = await startServer(t, { home, under: container });
      const second = await runProgram(
        [
          'serve',
          '--config',
          'geopool.yaml',
          '--state',
          'state',
          '--control',
          'other.sock',
          '--listen',
          '127.0.0.1:0',
        ],
        { cwd: home.dir, under: container },
      );
      t.match(second, { code: 1, stderr: /in use by another geopool \(process 1 of another container/ });
      t.match(await server.stop('SIGKILL'), { signal: 'SIGKILL' });
    }
  }
});
