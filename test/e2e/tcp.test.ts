/**
 * TCP at the limits of what a client may do: many queries in one segment, one query in many segments, a client that stops
 * sending, one that sends nothing, one that does not read.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { decode } from 'dns-packet';
import t, { type Test } from 'tap';
import { addressesOf, askOverTcp, exchangeTcp, framed, queryOctets } from './dns-client.js';
import { within } from './program.js';
import { type Server, startServer } from './server.js';

const ZONE = `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { probe: { type: none } } }
mirrors: { aurora: { addresses: [192.0.2.1] } }
records:
  long: { TXT: [${Array.from({ length: 200 }, (_, i) => `"${'x'.repeat(200)}${i}"`).join(', ')}] }
`;
const NAME = 'dl.example.org';

async function opened(t: Test, server: Server): Promise<Socket> {
  const socket = connect({ port: server.port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  t.teardown(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

t.test('TCP', async (t) => {
  const server = await startServer(t, { zones: { 'z.yaml': ZONE } });
  const query = (id: number): Buffer => framed(queryOctets({ name: NAME }, id));
  const good = async (t: Test): Promise<void> => {
    t.same(addressesOf(await askOverTcp(server, { name: NAME })), ['192.0.2.1'], 'and the server lives');
  };

  await t.test('a hundred queries in one write', async (t) => {
    const all = Buffer.concat(Array.from({ length: 100 }, (_, i) => query(i)));
    const answers = await exchangeTcp(server, [all], 100);
    t.same(
      answers.map((answer) => decode(answer).id).sort((a = 0, b = 0) => a - b),
      Array.from({ length: 100 }, (_, i) => i),
    );
    t.ok(answers.every((answer) => addressesOf(decode(answer))[0] === '192.0.2.1'));
  });

  await t.test('cut at every octet', async (t) => {
    const two = Buffer.concat([query(1), query(2)]);
    const ids = await Promise.all(
      Array.from({ length: two.length - 1 }, async (_, i) => {
        const answers = await exchangeTcp(server, [two.subarray(0, i + 1), two.subarray(i + 1)], 2);
        return answers.map((answer) => decode(answer).id).join();
      }),
    );
    t.same(new Set(ids), new Set(['1,2']));
    const single = await exchangeTcp(
      server,
      [...query(3)].map((octet) => Buffer.from([octet])),
      1,
    );
    t.equal(single.length, 1, 'and octet by octet');
  });

  await t.test('a client that has said all it wants still gets its answers', async (t) => {
    const socket = await opened(t, server);
    const came: Buffer[] = [];
    socket.on('data', (octets: Buffer) => came.push(octets));
    socket.end(Buffer.concat([query(1), query(2), query(3)]));
    await within(once(socket, 'end'), 'the end of the connection');
    const octets = Buffer.concat(came);
    t.equal(octets.length % 3, 0);
    t.equal(decode(octets.subarray(2, octets.length / 3)).id, 1);
  });

  await t.test('a message shorter than a header ends the connection, one of nonsense does not', async (t) => {
    const short = await exchangeTcp(server, [Buffer.from([0, 3, 1, 2, 3]), query(1)], 1);
    t.same(short, []);
    const broken = Buffer.concat([
      queryOctets({ name: NAME }, 7).subarray(0, 12),
      Buffer.from([0xc0, 0x0c, 0, 1]),
    ]);
    const [formerr, answer] = await exchangeTcp(server, [framed(broken), query(8)], 2);
    t.match([formerr?.readUInt16BE(0), (formerr?.readUInt16BE(2) ?? 0) & 15], [7, 1], 'FORMERR');
    t.equal(answer?.readUInt16BE(0), 8);
    await good(t);
  });

  await t.test('a response is not answered', async (t) => {
    const response = queryOctets({ name: NAME }, 1);
    response.writeUInt16BE(0x8400, 2);
    const answers = await exchangeTcp(server, [framed(response), query(2)], 1);
    t.same(
      answers.map((answer) => answer.readUInt16BE(0)),
      [2],
    );
  });

  await t.test('an answer of forty thousand octets', async (t) => {
    const answer = await askOverTcp(server, { name: `long.${NAME}`, type: 'TXT' });
    t.equal(answer.answers?.length, 200);
    t.equal(answer.flag_tc, false);
  });

  await t.test('a client that does not read does not fill the memory of the server', async (t) => {
    const socket = await opened(t, server);
    socket.pause();
    socket.on('error', () => undefined);
    const question = framed(queryOctets({ name: `long.${NAME}`, type: 'TXT' }, 1));
    const many = Buffer.concat(Array.from({ length: 500 }, () => question));
    // Each of these asks for 20 MB of answers; the server stops reading long before all were taken.
    let taken = 0;
    let stuck = false;
    for (let i = 0; i < 400 && !stuck; i++) {
      const written = new Promise<boolean>((resolve) => socket.write(many, () => resolve(true)));
      const late = new Promise<boolean>((resolve) => setTimeout(resolve, 300, false));
      stuck = !(await Promise.race([written, late]));
      if (!stuck) taken++;
    }
    t.ok(stuck, `it took ${taken * 500} queries and then no more`);
    await good(t);
  });

  await t.test('two hundred idle connections do not keep others out', async (t) => {
    await Promise.all(Array.from({ length: 200 }, () => opened(t, server)));
    await good(t);
  });

  await t.test('more connections than there is room for: the longest idle makes room', async (t) => {
    const first = await opened(t, server);
    const cut = once(first.resume(), 'end');
    const others = await Promise.all(Array.from({ length: 1000 }, () => opened(t, server)));
    for (const other of others) other.on('error', () => undefined);
    await within(cut, 'the end of the first connection');
    t.pass('the first one was closed');
    await good(t);
  });
});
