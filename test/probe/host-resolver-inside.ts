/** What host-resolver.test.ts runs in its namespace; the file that is /etc/resolv.conf there is its argument. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { decode, encode } from 'dns-packet';
import { createResolver, type Resolution } from '../../src/probe/resolve.js';

const [, , config = ''] = process.argv;
const NXDOMAIN = 3;

/** A name server on port 53 of an address, which knows one name. */
async function serve(host: string, name: string, data: string): Promise<void> {
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const { id = 0, questions = [] } = decode(query);
    const known = questions[0]?.name === name;
    const answers = known ? [{ name, type: 'A' as const, ttl: 60, data }] : [];
    const flags = 0x8180 | (known ? 0 : NXDOMAIN);
    socket.send(encode({ type: 'response', id, flags, questions, answers }), from.port, from.address);
  });
  socket.bind(53, host);
  await once(socket, 'listening');
  socket.unref();
}

function told(found: Resolution): unknown {
  return 'fault' in found ? found.fault : found.addresses.map(({ text }) => text);
}

await serve('127.0.0.1', 'aurora.example', '192.0.2.1');
await serve('127.0.0.2', 'aurora.example', '192.0.2.2');
await serve('127.0.0.3', 'chat.b.example', '192.0.2.3');
let now = 0;
const options = { monotonic: () => now };
writeFileSync(config, 'nameserver 127.0.0.1\n');
const plain = createResolver(options);
const searching = createResolver({ ...options, search: true });
const first = told(await plain.resolve('aurora.example', 'ipv4'));
writeFileSync(config, 'nameserver 127.0.0.2\n');
now += 1000;
const later = told(await plain.resolve('aurora.example', 'ipv4'));
writeFileSync(config, 'nameserver 127.0.0.3\nsearch c.example\nsearch a.example b.example\n');
now += 1000;
const searched = told(await searching.resolve('chat', 'ipv4'));
const unsearched = told(await plain.resolve('chat', 'ipv4'));
process.stdout.write(JSON.stringify({ first, later, searched, unsearched }));
