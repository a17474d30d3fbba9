/**
 * Nothing that came from a client is ever written down: a client with distinctive addresses queries distinctive names, and
 * everything that the server printed and kept is searched for any trace of them.
 */
import { createSocket } from 'node:dgram';
import { readdir, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { askOverTcp, exchangeTcp, framed, queryOctets, udpClient } from './dns-client.js';
import { within } from './program.js';
import { startServer } from './server.js';
import { spellings } from './traces.js';

const CLIENT = '127.77.66.55';
/** One that comes over TCP, and one that does nothing right. */
const TCP_CLIENT = '127.88.99.111';
const BAD_CLIENT = '127.203.202.201';
/** A client cookie (RFC 7873), which tells clients apart as well as an address does. */
const COOKIE = 'c00c1eca4dedface';
/**
 * Four octets at least: three are found by chance among the digits of checksums, as "bcd" was for 100.99.98.0/24 written
 * backwards in ASCII. The shorter network is searched for as text.
 */
const SUBNETS = ['100.99.98.113/32', '2001:db8:fade:cafe::/64'];
const NETWORK = '100.99.98';
const LABELS = ['zaphod-beeblebrox', 'marvin-android'];

const ZONE = `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { probe: { type: none } } }
mirrors: { aurora: { addresses: [192.0.2.1, "2001:db8::1"] } }
records: { "*.wild": { TXT: [x] } }
`;

/** The lock has random digits, among which anything short may be found. */
async function allFiles(directory: string): Promise<string[]> {
  const names = await readdir(directory, { recursive: true, withFileTypes: true });
  return names
    .filter((entry) => entry.isFile() && entry.name !== 'server.lock')
    .map((entry) => join(entry.parentPath, entry.name));
}

function look(t: Test, where: string, text: string, traces: readonly string[]): void {
  const lower = text.toLowerCase();
  for (const trace of traces) {
    if (lower.includes(trace.toLowerCase())) t.fail(`${JSON.stringify(trace)} is in ${where}`);
  }
}

t.test('no trace of names, addresses or subnets of clients', async (t) => {
  const server = await startServer(t, { zones: { 'z.yaml': ZONE } });
  const client = await udpClient(t, { port: server.port, from: CLIENT });
  for (const label of LABELS) {
    for (const subnet of SUBNETS) {
      await client.ask({ name: `${label}.dl.example.org`, subnet });
      await client.ask({ name: `${label}.wild.dl.example.org`, type: 'TXT', subnet });
      await client.ask({ name: `${label}.example.com`, subnet });
      await client.ask({ name: 'dl.example.org', type: 'AAAA', subnet });
    }
    await askOverTcp(server, { name: `${label}.dl.example.org`, subnet: SUBNETS[0] ?? '' });
  }
  await speak(server.port, [
    framed(queryOctets({ name: `${LABELS[1]}.dl.example.org`, subnet: SUBNETS[1] ?? '' }, 1)),
    // A message that makes no sense, and the end of the connection.
    Buffer.from([0, 5, 1, 2, 3, 4, 5]),
  ]);
  // What is malformed is what a careless server would complain about.
  const raw = createSocket('udp4');
  t.teardown(() => raw.close());
  await new Promise<void>((resolve) => raw.bind(0, BAD_CLIENT, resolve));
  const query = queryOctets({ name: `${LABELS[0]}.dl.example.org`, subnet: SUBNETS[0] ?? '' }, 1);
  for (let cut = 1; cut <= query.length; cut++) raw.send(query.subarray(0, cut), server.port, '127.0.0.1');
  for (const datagram of [
    withCookie(LABELS[0] ?? ''),
    Buffer.alloc(2000, query),
    Buffer.from(query).fill(0x80, 2, 3),
  ])
    raw.send(datagram, server.port, '127.0.0.1');
  const broken = Buffer.from(query);
  broken.writeUInt16BE(9, 4);
  await exchangeTcp(server, [framed(broken), Buffer.from([0, 2, 0, 0])], 2);
  await client.ask({ name: 'dl.example.org' });
  // While the server does what makes it write: reloads, a wrong file, overrides, status.
  await server.write('zones/y.yaml', 'zone: y.example\n');
  t.equal((await server.run('reload')).code, 1);
  t.equal((await server.run('disable', 'aurora', '--force', '--reason', 'x')).code, 0);
  for (const verb of [['geo', 'info'], ['history'], ['enable', 'aurora'], ['reload']])
    await server.run(...verb);
  const status = await server.run('status', '--json');
  const told = await server.run('status');
  await client.ask({ name: `${LABELS[1]}.dl.example.org`, subnet: SUBNETS[1] ?? '' });
  await server.stop();
  // And while it starts, with what it kept.
  await rm(join(server.dir, 'zones', 'y.yaml'));
  const next = await startServer(t, { home: server });
  await speak(next.port, [framed(queryOctets({ name: `${LABELS[0]}.dl.example.org` }, 1)), Buffer.alloc(1)]);
  await next.stop('SIGKILL');

  const addresses = [CLIENT, TCP_CLIENT, BAD_CLIENT, ...SUBNETS];
  const cookie = Buffer.from(COOKIE, 'hex');
  const traces = [
    ...LABELS,
    NETWORK,
    ...addresses.flatMap(spellings),
    ...[COOKIE, cookie.toString('latin1'), cookie.toString('base64').replace(/=+$/, '')],
  ];
  t.ok(traces.length > 20, traces.join(' '));
  look(t, 'its output', server.log.output() + next.log.output(), traces);
  look(t, 'status', status.stdout + told.stdout, traces);
  const files = await allFiles(server.dir);
  t.ok(
    files.some((file) => file.endsWith('verdicts.json')) &&
      files.some((file) => file.endsWith('overrides.json')),
  );
  for (const file of files) look(t, file, (await readFile(file)).toString('latin1'), traces);
  t.match(server.log.output(), /mirror-disabled/, 'and there was something to search');
});

/** Writes to a connection of the client over TCP until the server ends it, or for as long as it takes to be answered. */
async function speak(port: number, pieces: readonly Buffer[]): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: TCP_CLIENT });
  socket.on('error', () => undefined);
  const over = new Promise((resolve) => socket.once('data', resolve).once('close', resolve));
  socket.write(Buffer.concat(pieces));
  await within(over, 'an answer over TCP');
  socket.destroy();
}

/** A query with the cookie. */
function withCookie(label: string): Buffer {
  const option = Buffer.concat([Buffer.from([0, 10, 0, 8]), Buffer.from(COOKIE, 'hex')]);
  const opt = Buffer.from([0, 0, 41, 4, 208, 0, 0, 0, 0, 0, option.length]);
  const query = queryOctets({ name: `${label}.dl.example.org` }, 2);
  query.writeUInt16BE(1, 10);
  return Buffer.concat([query, opt, option]);
}
