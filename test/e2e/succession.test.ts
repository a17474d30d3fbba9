/**
 * A server replaces another without losing a query, if a service manager keeps what the first hands over to the second:
 * queries that arrive in between, TCP clients that are about to connect, cookies.
 */
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { decode } from 'dns-packet';
import t, { type Test } from 'tap';
import { noCertificates } from '../server/tls-certificate.js';
import { listenAsManager, type ManagerSocket } from '../systemd/manager-socket.js';
import { framed, queryOctets, udpClient } from './dns-client.js';
import { until, within } from './program.js';
import { type Home, makeHome, type Server, startServer } from './server.js';
import { makeTlsHome, shownBy, startTlsServer } from './tls-home.js';

const zone = (last: number): string => `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { probe: { type: none } } }
mirrors: { aurora: { addresses: [192.0.2.${last}] } }
`;

interface Kept {
  readonly name: string;
  readonly fd: number;
}

/** What a manager keeps after all that it was told. */
function keptBy(manager: ManagerSocket): Kept[] {
  let kept: Kept[] = [];
  for (const { said, descriptors } of manager.heard()) {
    const name = said.find((line) => line.startsWith('FDNAME='))?.slice('FDNAME='.length) ?? '';
    if (said.includes('FDSTOREREMOVE=1')) kept = kept.filter((each) => each.name !== name);
    if (said.includes('FDSTORE=1')) kept.push({ name, fd: descriptors[0] ?? -1 });
  }
  return kept;
}

/** Starts the server that comes after another, as the manager would. */
function startNext(
  t: Test,
  home: Home,
  manager: ManagerSocket,
  kept: readonly Kept[],
  hosts: readonly string[],
  ports: readonly number[],
): Promise<Server> {
  return startServer(t, {
    home,
    hosts,
    ports,
    env: {
      NOTIFY_SOCKET: manager.path,
      LISTEN_FDS: String(kept.length),
      LISTEN_FDNAMES: kept.map(({ name }) => name).join(':'),
    },
    under: ['sh', '-c', 'LISTEN_PID=$$ exec "$@"', 'sh'],
    descriptors: kept.map(({ fd }) => fd),
  });
}

t.test('questions that come while there is no server are answered by the next one', async (t) => {
  const manager = await listenAsManager(t);
  if (manager === undefined) {
    t.pass('skipped', { skip: 'no libc' });
    return;
  }
  const home = await makeHome(t, { zones: { 'dl.yaml': zone(1) } });
  const first = await startServer(t, { home, env: { NOTIFY_SOCKET: manager.path } });
  const { port } = first;
  t.match(await first.stop(), { code: 0 });
  const kept = keptBy(manager);
  const names = kept.map(({ name }) => name).sort();
  t.ok(names.includes('table'));
  t.ok(names.includes(`udp-127.0.0.1-${port}-0`));
  t.ok(names.includes(`tcp-127.0.0.1-${port}-0`));

  // Of many ports, so that all sockets get some.
  const answers: (readonly [ttl: number | undefined, address: unknown])[] = [];
  const clients = Array.from({ length: 40 }, (_, id) => {
    const socket = createSocket('udp4');
    t.teardown(() => socket.close());
    socket.on('message', (message) => {
      const [answer] = decode(message).answers ?? [];
      answers.push([decode(message).id, answer?.type === 'A' ? answer.data : undefined]);
    });
    return new Promise<void>((resolve) =>
      socket.send(queryOctets({ name: 'dl.example.org' }, id), port, '127.0.0.1', () => resolve()),
    );
  });
  await Promise.all(clients);
  const stream = connect(port, '127.0.0.1');
  t.teardown(() => stream.destroy());
  const replied = new Promise((resolve, reject) => stream.once('data', resolve).once('error', reject));
  const query = queryOctets({ name: 'dl.example.org' }, 4711);
  stream.write(Buffer.concat([Buffer.from([0, query.length]), query]));

  // What the first one left is answered from before the files are read; what they say holds from when it is ready.
  await home.write('zones/dl.yaml', zone(2));
  const second = await startNext(t, home, manager, kept, ['127.0.0.1'], [port]);
  t.equal(second.port, port);
  t.ok(second.log.lines.some(({ event }) => event === 'taken-over'));
  await until(() => (answers.length === 40 ? true : undefined), '40 answers');
  t.same(
    answers.map(([id]) => id).sort((a = 0, b = 0) => a - b),
    Array.from({ length: 40 }, (_, id) => id),
  );
  t.ok(answers.every(([, address]) => address === '192.0.2.1' || address === '192.0.2.2'));
  t.ok(answers.some(([, address]) => address === '192.0.2.1'));
  await within(replied, 'the answer over TCP');
  t.same(await (await udpClient(t, second)).addresses({ name: 'dl.example.org' }), ['192.0.2.2']);
  t.notOk(
    keptBy(manager).some(({ name }) => name === 'table'),
    'nobody else will answer from what is old',
  );
  t.equal((await second.status()).generation, 1);
});

t.test('who is about to shake hands waits for the next one too', { skip: noCertificates }, async (t) => {
  const manager = await listenAsManager(t);
  if (manager === undefined) {
    t.pass('skipped', { skip: 'no libc' });
    return;
  }
  const home = await makeTlsHome(t, { 'dl.yaml': zone(1) });
  const first = await startTlsServer(t, home, { env: { NOTIFY_SOCKET: manager.path } });
  const { port, tlsPort } = first;
  const shown = await shownBy(first);
  t.match(await first.stop(), { code: 0 });
  const kept = keptBy(manager);
  t.ok(kept.some(({ name }) => name === `tls-127.0.0.1-${tlsPort}-0`));

  const client = connectTls({ port: tlsPort, host: '127.0.0.1', rejectUnauthorized: false });
  t.teardown(() => client.destroy());
  const replied = new Promise<Buffer>((resolve, reject) =>
    client.once('data', resolve).once('error', reject),
  );
  client.write(framed(queryOctets({ name: 'dl.example.org' }, 4711)));

  const second = await startNext(t, home, manager, kept, ['127.0.0.1', 'tls://127.0.0.1'], [port, tlsPort]);
  t.ok(second.log.lines.some(({ event }) => event === 'taken-over'));
  const answer = decode((await within(replied, 'the answer over TLS')).subarray(2));
  t.match(answer, { id: 4711, answers: [{ data: '192.0.2.1' }] });
  t.equal(await shownBy({ tlsPort }), shown);
  t.ok(keptBy(manager).some(({ name }) => name === `tls-127.0.0.1-${tlsPort}-0`));
});

t.test('what is no longer listened on is closed, and what is new is kept', async (t) => {
  const manager = await listenAsManager(t);
  if (manager === undefined) {
    t.pass('skipped', { skip: 'no libc' });
    return;
  }
  const home = await makeHome(t, { zones: { 'dl.yaml': zone(1) } });
  const env = { NOTIFY_SOCKET: manager.path };
  const first = await startServer(t, { home, env, hosts: ['127.0.0.1', '127.0.0.2'] });
  const [one = '', two = ''] = first.listen.map((text) => text.split(':')[1]);
  await first.stop();
  const kept = keptBy(manager);
  const second = await startNext(
    t,
    home,
    manager,
    kept,
    ['127.0.0.2', '127.0.0.3'],
    [Number(two), Number(two)],
  );
  const names = keptBy(manager).map(({ name }) => name);
  t.notOk(names.some((name) => name.includes(`127.0.0.1-${one}`)));
  for (const host of ['127.0.0.2', '127.0.0.3']) {
    t.ok(names.includes(`udp-${host}-${two}-0`));
    t.ok(names.includes(`tcp-${host}-${two}-0`));
    const client = await udpClient(t, { port: Number(two), host });
    t.same(await client.addresses({ name: 'dl.example.org' }), ['192.0.2.1']);
  }
  await second.stop();
});

t.test('what a reload listens on is kept too, and no longer what that leaves', async (t) => {
  const manager = await listenAsManager(t);
  if (manager === undefined) {
    t.pass('skipped', { skip: 'no libc' });
    return;
  }
  const config = (hosts: string): string => `geo: { city: city.mmdb }\nworkers: 1\nlisten: [${hosts}]\n`;
  const home = await makeHome(t, {
    zones: { 'dl.yaml': zone(1) },
    config: config('"127.0.0.1:15311", "127.0.0.2:15311"'),
  });
  const server = await startServer(t, { home, hosts: [], env: { NOTIFY_SOCKET: manager.path } });
  await home.write('geopool.yaml', config('"127.0.0.2:15311", "127.0.0.3:15311"'));
  t.match(await server.run('reload'), { code: 0, stderr: '' });
  const names = ['tcp', 'udp'].flatMap((protocol) =>
    ['2', '3'].map((last) => `${protocol}-127.0.0.${last}-15311-0`),
  );
  const kept = (): readonly string[] =>
    keptBy(manager)
      .map(({ name }) => name)
      .sort();
  await until(
    () => (kept().length === 4 && kept().includes('udp-127.0.0.3-15311-0') ? true : undefined),
    'them',
  );
  t.same(kept(), names);
});
