/**
 * `geopool.yaml` is read again by a running server: what can change does, what can't is named, and a wrong file changes
 * nothing.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import t from 'tap';
import type { Scope } from '../scope.js';
import { addressesOf, askOverTcp, udpClient } from './dns-client.js';
import { until } from './program.js';
import { type Server, startServer } from './server.js';
import { missing, runTool } from './tools.js';

const zone = (last: number): string => `zone: a.example
ns: [ns1.example.net]
pools: { "@": { probe: { type: none } } }
mirrors: { aurora: { addresses: [192.0.2.${last}] } }
`;
const CITY = 'geo: { city: city.mmdb }\n';

/** What the server says of itself: the text of id.server, or the code of the refusal. */
async function idOf({ port }: Server): Promise<string> {
  const said = await runTool('dig', [
    '@127.0.0.1',
    '-p',
    String(port),
    'id.server',
    'CH',
    'TXT',
    '+nocookie',
  ]);
  return /^id\.server\.\s.*"(.*)"$/m.exec(said)?.[1] ?? /status: (\w+)/.exec(said)?.[1] ?? '';
}

const serve = (t: Scope, config: string): Promise<Server> =>
  startServer(t, { zones: { 'a.yaml': zone(1) }, config, http: false });

t.test('how answers are given', { skip: missing('dig') }, async (t) => {
  const server = await serve(t, `${CITY}http: { listen: off }\n`);
  const dig = (...more: string[]): Promise<string> =>
    runTool('dig', ['@127.0.0.1', '-p', String(server.port), 'a.example', 'A', ...more]);
  t.equal(await idOf(server), 'REFUSED');
  t.match(await dig('+cookie'), /; COOKIE: [0-9a-f]+ \(good\)/);
  await server.write(
    'geopool.yaml',
    `${CITY}http: { listen: off }\nchaos: { id: one }\nnsid: one\ncookies: { enabled: false }\n`,
  );
  t.match(await server.run('reload'), { code: 0, stderr: '', stdout: /^generation 2, 1 zone served\n$/ });
  // A worker that waits for a question hears of it with that question at the latest.
  await until(async () => ((await idOf(server)) === 'one' ? true : undefined), 'the id');
  t.match(await dig('+nsid'), /NSID: .*\("one"\)/);
  t.notMatch(await dig('+cookie'), /COOKIE: .*\(good\)/);

  await server.write(
    'geopool.yaml',
    `${CITY}http: { listen: off }\nrate_limit: { rate: 1, burst: 1, slip: 0, exempt: [192.0.2.0/24] }\n`,
  );
  process.kill(server.pid, 'SIGHUP');
  await until(async () => ((await idOf(server)) === 'REFUSED' ? true : undefined), 'SIGHUP does the same');
  await until(async () => {
    await runTool('dig', ['@127.0.0.1', '-p', String(server.port), 'a.example', '+tries=1', '+time=1']).catch(
      () => '',
    );
    const {
      rate_limited: { dropped },
    } = (await server.status()).counters;
    return dropped > 0 ? true : undefined;
  }, 'answers that are too many');
});

t.test('who is told, and where status is shown', async (t) => {
  const heard: string[] = [];
  const webhook = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      heard.push(text);
      response.end();
    });
  }).listen(0, '127.0.0.1');
  t.teardown(() => webhook.close());
  await new Promise((resolve) => webhook.once('listening', resolve));
  const address = webhook.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const server = await serve(t, `${CITY}http: { listen: off }\n`);
  t.match((await server.status()).http, { listen: [] });
  await server.write(
    'geopool.yaml',
    `${CITY}http: { listen: "127.0.0.1:0" }\nnotify: { webhook: "http://127.0.0.1:${port}/", every: 0s }\n`,
  );
  t.match(await server.run('reload'), { code: 0, stderr: '' });
  const { listen } = await server.log.waitFor('http-listening');
  t.equal((await fetch(`http://${listen}/healthz`)).status, 200);
  t.match((await server.status()).notifications, { 0: { channel: 'webhook' }, length: 1 });

  await server.write('zones/a.yaml', 'zone: a.example\n');
  t.equal((await server.run('reload')).code, 1);
  await until(
    () => (heard.some((text) => text.includes('zone-stale')) ? true : undefined),
    'that it is wrong',
  );
  await server.write('zones/a.yaml', zone(2));
  t.equal((await server.run('reload')).code, 0);
  await until(() => (heard.some((text) => text.includes('zone-good')) ? true : undefined), 'and right again');

  await server.write('geopool.yaml', `${CITY}http: { listen: off }\n`);
  t.equal((await server.run('reload')).code, 0);
  await t.rejects(fetch(`http://${listen}/healthz`));
  t.match(await server.status(), { http: { listen: [] }, notifications: [] });
});

t.test('databases', async (t) => {
  const server = await serve(t, 'http: { listen: off }\n');
  t.match(await server.status(), { geo: [{ source: 'embedded' }] });
  await server.write('geopool.yaml', `${CITY}http: { listen: off }\n`);
  t.match(await server.run('reload'), { code: 0, stderr: '' });
  t.match(await server.status(), { geo: [{ source: 'configured', path: 'city.mmdb' }] });
});

t.test('a file that is wrong changes nothing, not even zones', { skip: missing('dig') }, async (t) => {
  const server = await serve(t, `${CITY}http: { listen: off }\nchaos: { id: one }\n`);
  const client = await udpClient(t, server);
  await server.write('zones/a.yaml', zone(2));
  const secret = join(server.dir, 'secret');
  for (const [config, fault] of [
    [
      `${CITY}chaos: { id: two }\nworkres: 1\n`,
      /^geopool\.yaml:3:1: unknown key "workres"; did you mean "workers"\?\n/,
    ],
    [`${CITY}chaos: { id: two }\ncookies: { secret_file: ${secret} }\n`, /secret:1:1: can't be read: ENOENT/],
  ] as const) {
    await server.write('geopool.yaml', config);
    const { code, stdout, stderr } = await server.run('reload');
    t.match({ code, stdout }, { code: 1, stdout: '' });
    t.match(stderr, fault);
    t.match(stderr, /\nnothing was reloaded: generation 1 is served as before\n$/);
    t.equal(await idOf(server), 'one');
    t.same(await client.addresses({ name: 'a.example' }), ['192.0.2.1']);
    t.match((await server.status()).reload_error, config.includes('workres') ? /workres/ : /ENOENT/);
  }
  process.kill(server.pid, 'SIGHUP');
  await server.log.waitFor('reload-failed', ({ error }) => String(error).includes('secret'));
  await server.write('geopool.yaml', `${CITY}http: { listen: off }\nchaos: { id: two }\n`);
  t.match(await server.run('reload'), { code: 0, stderr: '' });
  t.equal((await server.status()).reload_error, undefined);
  t.same(await client.addresses({ name: 'a.example' }), ['192.0.2.2']);
});

t.test('what only a new process can follow is named, and flags win', async (t) => {
  const server = await serve(t, `${CITY}http: { listen: off }\n`);
  await server.write(
    'geopool.yaml',
    `${CITY}http: { listen: off }\nworkers: 7\ntcp: { connections: 7 }\nlisten: 127.0.0.1:1\nstate: elsewhere\n`,
  );
  const stderr = 'workers, tcp: as before until the server is restarted\n';
  for (let i = 0; i < 2; i++) t.match(await server.run('reload'), { code: 0, stderr });
  t.equal(
    server.log.lines.filter(({ event }) => event === 'restart-needed').length,
    1,
    'said once in the log',
  );
  t.same((await server.status()).restart, ['workers', 'tcp']);
  t.match((await server.run('status')).stdout, /^workers, tcp: as before until the server is restarted$/m);
  await server.write('geopool.yaml', `${CITY}http: { listen: off }\n`);
  t.match(await server.run('reload'), { code: 0, stderr: '' });
  t.equal((await server.status()).restart, undefined);
});

/** Two ports that nobody has, one after the other. */
async function freePorts(): Promise<readonly [number, number]> {
  const sockets = [createSocket('udp4'), createSocket('udp4')];
  const ports = await Promise.all(
    sockets.map(async (socket) => {
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
      return socket.address().port;
    }),
  );
  for (const socket of sockets) socket.close();
  return [ports[0] ?? 0, ports[1] ?? 0];
}

t.test('addresses to listen on are added and gone, and where one stays nothing is lost', async (t) => {
  const [first, second] = await freePorts();
  const config = (...ports: number[]): string =>
    `${CITY}http: { listen: off }\nworkers: 2\nrate_limit: { enabled: false }\nlisten: [${ports.map((port) => `"127.0.0.1:${port}"`).join(', ')}]\n`;
  const server = await startServer(t, {
    zones: { 'a.yaml': zone(1) },
    config: config(first),
    http: false,
    hosts: [],
  });
  t.same(server.listen, [`127.0.0.1:${first}`]);
  const old = await udpClient(t, { port: first });
  let [asking, asked] = [true, 0];
  const flood = (async () => {
    while (asking) {
      const burst = Array.from({ length: 20 }, () => old.addresses({ name: 'a.example' }));
      for (const addresses of await Promise.all(burst))
        if (addresses[0] !== '192.0.2.1') return 'another answer';
      asked += burst.length;
    }
    return 'all answered';
  })();
  const before = (await server.status()).counters.queries.udp.ipv4;
  await server.write('geopool.yaml', config(first, second));
  t.match(await server.run('reload'), { code: 0, stderr: '' });
  const fresh = await udpClient(t, { port: second });
  t.same(await fresh.addresses({ name: 'a.example' }), ['192.0.2.1']);
  t.same((await server.status()).listen, [`127.0.0.1:${first}`, `127.0.0.1:${second}`]);
  for (const port of [first, second]) {
    t.equal(addressesOf(await askOverTcp({ port }, { name: 'a.example' })).length, 1, 'over TCP too');
  }
  asking = false;
  t.equal(await flood, 'all answered', `${asked} questions meanwhile`);
  t.ok((await server.status()).counters.queries.udp.ipv4 >= before + 1, 'counters go on');

  const squatter = createSocket('udp4').bind(0, '127.0.0.1');
  await once(squatter, 'listening');
  t.teardown(() => squatter.close());
  const taken = squatter.address().port;
  await server.write('geopool.yaml', `${config(second, taken)}chaos: { id: x }\n`);
  t.match(await server.run('reload'), {
    code: 1,
    stderr: new RegExp(
      `can't listen on 127\\.0\\.0\\.1:${taken} \\(UDP\\): another program listens there.*\nnothing was reloaded`,
    ),
  });
  t.same((await server.status()).listen, [`127.0.0.1:${first}`, `127.0.0.1:${second}`]);
  t.same(await old.addresses({ name: 'a.example' }), ['192.0.2.1'], 'as before');

  await server.write('geopool.yaml', config(second));
  t.match(await server.run('reload'), { code: 0, stderr: '' });
  t.same((await server.status()).listen, [`127.0.0.1:${second}`]);
  t.same(await fresh.addresses({ name: 'a.example' }), ['192.0.2.1']);
  t.same(await freed(first), true, 'the other one is free');
  t.equal((await server.status()).silent_workers, 0);
  t.equal((await server.status()).worker_deaths, 0);
});

/** Whether anybody may listen there. */
async function freed(port: number): Promise<boolean> {
  const socket = createSocket('udp4').bind(port, '127.0.0.1');
  await once(socket, 'listening');
  socket.close();
  return true;
}
