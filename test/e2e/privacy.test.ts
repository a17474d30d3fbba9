/**
 * Nothing that came from a client is ever written down: everything that a server said and kept while it was asked for
 * peculiar names by a peculiar client is searched for any trace of them.
 */
import { createSocket } from 'node:dgram';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { parseAddress } from '../../src/ip/address.js';
import { askOverTcp, exchangeTcp, framed, queryOctets, udpClient } from './dns-client.js';
import { startServer } from './server.js';

const CLIENT = '127.77.66.55';
const SUBNETS = ['100.99.98.0/24', '2001:db8:fade:cafe::/64'];
const LABELS = ['zaphod-beeblebrox', 'marvin-android'];

const ZONE = `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { probe: { type: none } } }
mirrors: { aurora: { addresses: [192.0.2.1, "2001:db8::1"] } }
records: { "*.wild": { TXT: [x] } }
`;

/** The ways in which somebody might have written an address down. */
function spellings(text: string): string[] {
  const bytes = [...(parseAddress(text.split('/', 1)[0] ?? '')?.bytes ?? [])];
  // Of an IPv6 prefix and an IPv4 network what is there without the zeros behind it.
  while (bytes.at(-1) === 0) bytes.pop();
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0'));
  const written = [
    hex.join(''),
    hex.join(':'),
    hex.join(' '),
    hex.join(','),
    bytes.join('.'),
    bytes.join(','),
    bytes.join(', '),
  ];
  const packed = Buffer.from(bytes);
  return [
    ...written,
    text.split('/', 1)[0]?.replace(/(::|\.0)$/, '') ?? '',
    packed.toString('latin1'),
    packed.subarray(0, 3).length === 3 ? packed.toString('base64').replace(/=+$/, '') : '',
    ...(bytes.length === 4 ? [String(packed.readUInt32BE(0)), String(packed.readInt32BE(0))] : []),
  ].filter((spelling) => spelling !== '');
}

async function allFiles(directory: string): Promise<string[]> {
  const names = await readdir(directory, { recursive: true, withFileTypes: true });
  return names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
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
  // What is malformed is what a careless server would complain about.
  const raw = createSocket('udp4');
  t.teardown(() => raw.close());
  await new Promise<void>((resolve) => raw.bind(0, CLIENT, resolve));
  const query = queryOctets({ name: `${LABELS[0]}.dl.example.org`, subnet: SUBNETS[0] ?? '' }, 1);
  for (let cut = 1; cut <= query.length; cut++) raw.send(query.subarray(0, cut), server.port, '127.0.0.1');
  const broken = Buffer.from(query);
  broken.writeUInt16BE(9, 4);
  await exchangeTcp(server, [framed(broken), Buffer.from([0, 2, 0, 0])], 2);
  await client.ask({ name: 'dl.example.org' });
  // While the server does what makes it write: reloads, a wrong file, overrides, status.
  await server.write('zones/y.yaml', 'zone: y.example\n');
  t.equal((await server.run('reload')).code, 1);
  t.equal((await server.run('disable', 'aurora', '--reason', 'x')).code, 0);
  const status = await server.run('status', '--json');
  await client.ask({ name: `${LABELS[1]}.dl.example.org`, subnet: SUBNETS[1] ?? '' });
  await server.stop();

  const traces = [...LABELS, ...[CLIENT, ...SUBNETS].flatMap(spellings)];
  t.ok(traces.length > 20, traces.join(' '));
  look(t, 'its output', server.log.output(), traces);
  look(t, 'status', status.stdout, traces);
  const files = await allFiles(server.dir);
  t.ok(
    files.some((file) => file.endsWith('verdicts.json')) &&
      files.some((file) => file.endsWith('overrides.json')),
  );
  for (const file of files) look(t, file, (await readFile(file)).toString('latin1'), traces);
  t.match(server.log.output(), /mirror-disabled/, 'and there was something to search');
});
