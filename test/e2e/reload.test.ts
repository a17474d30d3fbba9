/**
 * Files that change under a running server: a wrong one is reported and its last good state stays; the rest is updated.
 */
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { type DnsClient, udpClient } from './dns-client.js';
import { runProgram, until } from './program.js';
import { makeHome, type Server, startServer } from './server.js';

const zone = (name: string, last: number): string => `zone: ${name}
ns: [ns1.example.net]
pools: { "@": { probe: { type: none } } }
mirrors: { aurora: { addresses: [192.0.2.${last}] } }
`;
/** Wrong at 3:16. */
const WRONG = `zone: a.example
ns: [ns1.example.net]
pools: { "@": { answer: 1 } }
mirrors: { aurora: { addresses: [192.0.2.66] } }
`;
const FAULT = 'zones/a.yaml:3:17: unknown key "answer"; did you mean "answers"?';

async function serve(t: Parameters<typeof startServer>[0]): Promise<{ server: Server; client: DnsClient }> {
  const server = await startServer(t, {
    zones: { 'a.yaml': zone('a.example', 1), 'b.yaml': zone('b.example', 2) },
  });
  return { server, client: await udpClient(t, server) };
}

async function errorOf(server: Server, name: string): Promise<string | undefined> {
  const { zones } = await server.status();
  return zones.find((one) => one.zone === name)?.error;
}

t.test('a wrong file at a reload changes nothing of what is served from it', async (t) => {
  const { server, client } = await serve(t);
  await server.write('zones/a.yaml', WRONG);
  await server.write('zones/b.yaml', zone('b.example', 22));

  const { code, stdout, stderr } = await server.run('reload');
  t.equal(code, 1);
  t.equal(stderr, `${FAULT}\n`);
  t.match(stdout, /^generation \d+, 2 zones served\n$/);
  t.same(await client.addresses({ name: 'a.example' }), ['192.0.2.1'], 'as before');
  t.same(
    await client.addresses({ name: 'b.example' }),
    ['192.0.2.22'],
    'the other one is as its file is now',
  );
  t.equal(await errorOf(server, 'a.example'), FAULT);
  t.equal(await errorOf(server, 'b.example'), undefined);
  t.match(await server.log.waitFor('zone-stale'), { level: 'error', zone: 'a.example', faults: [FAULT] });
  t.match((await server.run('status')).stdout, new RegExp(`WRONG.*\n *${FAULT.replaceAll('?', '\\?')}`));

  await t.test('until it is right again', async (t) => {
    await server.write('zones/a.yaml', zone('a.example', 11));
    t.match(await server.run('reload'), { code: 0, stderr: '' });
    t.same(await client.addresses({ name: 'a.example' }), ['192.0.2.11']);
    t.equal(await errorOf(server, 'a.example'), undefined);
  });
});

t.test('SIGHUP does the same', async (t) => {
  const { server, client } = await serve(t);
  await server.write('zones/a.yaml', WRONG);
  await server.write('zones/b.yaml', zone('b.example', 22));
  process.kill(server.pid, 'SIGHUP');
  await server.log.waitFor('zone-stale');
  await server.log.waitFor('serving', () => true, server.log.lines.length - 1);
  t.same(await client.addresses({ name: 'a.example' }), ['192.0.2.1']);
  t.same(await client.addresses({ name: 'b.example' }), ['192.0.2.22']);
  t.equal(await errorOf(server, 'a.example'), FAULT);

  await t.test('ten of them in a row too', async (t) => {
    await server.write('zones/a.yaml', zone('a.example', 11));
    for (let i = 0; i < 10; i++) process.kill(server.pid, 'SIGHUP');
    await until(
      async () => ((await client.addresses({ name: 'a.example' }))[0] === '192.0.2.11' ? true : undefined),
      'the corrected file',
    );
    t.equal((await server.run('reload')).code, 0);
  });
});

t.test(
  'at a start: a last good copy where there is one, else SERVFAIL, and the end where nothing is left',
  async (t) => {
    const { server } = await serve(t);
    await server.stop();
    await server.write('zones/a.yaml', WRONG);
    const second = await startServer(t, { home: server });
    const client = await udpClient(t, second);
    t.same(await client.addresses({ name: 'a.example' }), ['192.0.2.1'], 'from the copy');
    t.equal(await errorOf(second, 'a.example'), FAULT);
    await second.stop();

    await rm(join(server.dir, 'state', 'zones', 'a.yaml'));
    const third = await startServer(t, { home: server });
    const others = await udpClient(t, third);
    t.same(await others.addresses({ name: 'b.example' }), ['192.0.2.2'], 'whatever another file has');
    t.equal(
      ((await others.ask({ name: 'x.a.example' })).flags ?? 0) & 15,
      2,
      'SERVFAIL: neither file nor copy',
    );
    t.match(await third.log.waitFor('zone-refused'), { level: 'error', zone: 'a.example', faults: [FAULT] });
    await third.stop();

    await server.write('zones/b.yaml', 'zone: b.example\nns: []\n');
    await rm(join(server.dir, 'state', 'zones', 'b.yaml'));
    const { code, stdout, stderr } = await server.run(
      ...['serve', '--zones', 'zones', '--state', 'state', '--listen', '127.0.0.1:0'],
    );
    t.equal(code, 1);
    t.equal(stdout, '');
    const lines = stderr.trimEnd().split('\n');
    t.equal(lines[0], FAULT);
    t.ok(
      lines.slice(1, -1).every((line) => line.startsWith('zones/b.yaml:')),
      stderr,
    );
    t.ok(lines.length >= 4, 'all faults of both files');
    t.match(lines.at(-1), /^geopool: all zone files are wrong/);
  },
);

t.test('a start with an empty zones directory serves what was served', async (t) => {
  const { server } = await serve(t);
  await server.stop();
  await rename(join(server.dir, 'zones'), join(server.dir, 'elsewhere'));
  await server.write('zones/README', '');
  const second = await startServer(t, { home: server });
  const client = await udpClient(t, second);
  t.same(await client.addresses({ name: 'a.example' }), ['192.0.2.1']);
  t.same(await client.addresses({ name: 'b.example' }), ['192.0.2.2']);
  t.match(
    await errorOf(second, 'b.example'),
    /^zones:1:1: the zones directory zones holds no zone file: put/,
  );
  t.match(await second.run('reload'), { code: 1, stderr: /holds no zone file/ });
  await rm(join(server.dir, 'zones'), { recursive: true });
  await rename(join(server.dir, 'elsewhere'), join(server.dir, 'zones'));
  t.match(await second.run('reload'), { code: 0, stderr: '' });
  t.equal(await errorOf(second, 'b.example'), undefined);
});

t.test('files come and go', async (t) => {
  const { server, client } = await serve(t);
  const rcode = async (name: string): Promise<number> => ((await client.ask({ name })).flags ?? 0) & 15;
  await rm(join(server.dir, 'zones', 'b.yaml'));
  await server.write('zones/c.yaml', zone('c.example', 3));
  t.match(await server.run('reload'), { code: 0, stdout: / 2 zones served/ });
  t.equal(await rcode('b.example'), 5, 'a deleted file removes its zone: REFUSED');
  t.same(await client.addresses({ name: 'c.example' }), ['192.0.2.3'], 'a new one adds one');

  await server.write('zones/d.yaml', 'zone: d.example\n');
  const { code, stderr } = await server.run('reload');
  t.equal(code, 1);
  t.match(stderr, /^zones\/d\.yaml:1:1: /);
  const { zones, refused } = await server.status();
  t.same(
    zones.map((one) => one.zone),
    ['a.example', 'c.example'],
  );
  t.match(refused, [{ file: 'zones/d.yaml', error: /^zones\/d\.yaml:1:1: /, zone: 'd.example' }]);
  t.match(
    (await server.run('status')).stdout,
    /^zones\/d\.yaml: WRONG, d\.example and all names below it answer SERVFAIL$/m,
  );
  t.equal(await rcode('d.example'), 2, 'a new one that is wrong');
  t.match(await server.run('explain', 'www.d.example', '--from', '192.0.2.1'), {
    code: 1,
    stderr: /zones\/d\.yaml is wrong; d\.example and all names below it answer SERVFAIL/,
  });
});

t.test('an older copy beside a zone file is refused and named, at a reload and at a start', async (t) => {
  const { server, client } = await serve(t);
  await server.write('zones/a-old.yaml', zone('a.example', 66));
  const fault = 'zones/a-old.yaml:1:1: the zone a.example is already that of zones/a.yaml\n';
  t.match(await server.run('reload'), { code: 1, stderr: fault });
  t.same(await client.addresses({ name: 'a.example' }), ['192.0.2.1']);
  await server.stop('SIGKILL');
  const second = await startServer(t, { home: server });
  const again = await udpClient(t, second);
  t.same(await again.addresses({ name: 'a.example' }), ['192.0.2.1']);
  t.match(await second.log.waitFor('zone-refused'), { file: 'zones/a-old.yaml', faults: [fault.trimEnd()] });
});

t.test(
  'whichever of two files comes first by name, what is served stays, .yml and .yaml alike',
  async (t) => {
    const server = await startServer(t, { zones: { 'b.yml': zone('b.example', 2) } });
    const client = await udpClient(t, server);
    for (const name of ['a.yaml', 'b.yaml', 'c.yml'])
      await server.write(`zones/${name}`, zone('b.example', 66));
    const second = (name: string): string =>
      `zones/${name}:1:1: the zone b.example is already that of zones/b.yml\n`;
    const stderr = ['a.yaml', 'b.yaml', 'c.yml'].map(second).join('');
    t.match(await server.run('reload'), { code: 1, stderr });
    t.same(await client.addresses({ name: 'b.example' }), ['192.0.2.2']);
    await rm(join(server.dir, 'zones/b.yml'));
    await rm(join(server.dir, 'zones/b.yaml'));
    t.match(await server.run('reload'), { code: 1, stderr: second('c.yml').replace('b.yml', 'a.yaml') });
    t.same(
      await client.addresses({ name: 'b.example' }),
      ['192.0.2.66'],
      'the next one, once its file is gone',
    );
  },
);

t.test('what is ignored among zone files is said once, and by check', async (t) => {
  const { server } = await serve(t);
  await server.write('zones/README', '');
  const said = (names: string): string => `ignored in zones, where only *.yaml and *.yml are read: ${names}`;
  for (let i = 0; i < 3; i++) await server.run('reload');
  await server.write('zones/a.yaml.bak', '');
  await server.run('reload');
  t.same(
    server.log.lines.filter(({ event }) => event === 'files-ignored').map(({ files }) => files),
    [said('README'), said('README, a.yaml.bak')],
  );
  t.match(await runProgram(['check', '--zones', 'zones', '--strict'], { cwd: server.dir }), {
    code: 0,
    stderr: `${said('README, a.yaml.bak')}\n`,
  });
});

t.test('a zone that moves to another file goes on', async (t) => {
  const { server, client } = await serve(t);
  await rename(join(server.dir, 'zones', 'b.yaml'), join(server.dir, 'zones', 'renamed.yaml'));
  t.match(await server.run('reload'), { code: 0 });
  t.same(await client.addresses({ name: 'b.example' }), ['192.0.2.2']);
});

t.test('a directory that is gone does not look like the wish to serve nothing', async (t) => {
  const { server, client } = await serve(t);
  await rename(join(server.dir, 'zones'), join(server.dir, 'elsewhere'));
  const { code, stdout, stderr } = await server.run('reload');
  t.equal(code, 1);
  t.match(
    stderr,
    /can't list the zones directory.*\nnothing was reloaded: generation \d+ is served as before\n$/,
  );
  t.equal(stdout, '', 'nothing that looks like success');
  t.same(await client.addresses({ name: 'a.example' }), ['192.0.2.1']);
  t.match((await server.status()).reload_error, /can't list the zones directory/);
  t.match((await server.run('status')).stdout, /^RELOAD FAILED: /m);
  await rename(join(server.dir, 'elsewhere'), join(server.dir, 'zones'));
  t.equal((await server.run('reload')).code, 0);
  t.equal((await server.status()).reload_error, undefined);
});

t.test('a state directory that can hold no copies does not stop it', async (t) => {
  const home = await makeHome(t, { zones: { 'a.yaml': zone('a.example', 1) } });
  // Where the copies would go there is a file; for root, nothing is read-only.
  await home.write('state/x', '');
  await writeFile(join(home.dir, 'state', 'zones'), 'in the way');
  const server = await startServer(t, { home });
  const client = await udpClient(t, server);
  t.same(await client.addresses({ name: 'a.example' }), ['192.0.2.1']);
  t.match(await server.log.waitFor('state-write-failed'), { level: 'error', path: /state\/zones$/ });
});
