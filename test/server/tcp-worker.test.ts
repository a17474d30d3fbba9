/** What the TCP worker does to clients that take more than their share: of time, of connections, of memory. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import type { TcpSums } from '../../src/server/sums.js';
import { DEFAULT_TCP_LIMITS, type TcpLimits } from '../../src/server/tcp-admission.js';
import { makeTable } from '../compile/make-table.js';
import { octets, query, word } from '../dns-message.js';
import { within } from '../e2e/program.js';
import { ANSWER, ASKED, askOverTcp, connection, framed, openOn, settles, TABLE } from './loopback.js';

const NONE = { idle: 0, slow: 0, unread: 0, crowded: 0, 'network-crowded': 0 };

async function opened(t: Test, limits: Partial<TcpLimits>, table = TABLE) {
  const tcp = { ...DEFAULT_TCP_LIMITS, ...limits };
  const { service, port } = await openOn(t, 'portable', table, ['127.0.0.1'], { tcp });
  const from = async (address: string): Promise<Socket> => {
    const socket = await connection(port, '127.0.0.1', address);
    t.teardown(() => socket.destroy());
    // A reset is how some of them end.
    return socket.on('error', () => undefined).resume();
  };
  const ended = (expected: Partial<TcpSums['ended']>): Promise<void> =>
    settles(t, () => service.sums().tcp.ended, { ...NONE, ...expected }, 'those that were ended, by why');
  return { service, port, from, ended };
}

const closed = (socket: Socket): Promise<unknown> =>
  within(new Promise((resolve) => socket.once('close', resolve)), 'the end of a connection');

t.test('one that says nothing is idle, and so is one that was answered', async (t) => {
  const { port, from, ended } = await opened(t, { idle: 300 });
  const silent = await from('127.0.0.2');
  const answered = await from('127.0.0.3');
  answered.write(framed(query(ASKED)));
  await Promise.all([closed(silent), closed(answered)]);
  await ended({ idle: 2 });
  t.same((await askOverTcp(port, [ASKED]))[0]?.answers, ANSWER);
});

t.test('a length and then nothing', async (t) => {
  const { from, ended } = await opened(t, { exchange: 300 });
  const clients = await Promise.all(['127.0.0.2', '127.0.0.3', '127.0.0.4'].map(from));
  clients[0]?.write(word(65_535));
  clients[1]?.write(Buffer.alloc(1));
  clients[2]?.write(framed(query(ASKED)).subarray(0, 20));
  await Promise.all(clients.map(closed));
  await ended({ slow: 3 });
});

t.test('octet by octet, for ever', async (t) => {
  const { from, ended } = await opened(t, { exchange: 300 });
  const client = await from('127.0.0.2');
  client.write(word(65_535));
  const timer = setInterval(() => client.write(Buffer.alloc(1)), 20);
  t.teardown(() => clearInterval(timer));
  await closed(client);
  await ended({ slow: 1 });
});

t.test('a query that comes slowly, but whole in time, is answered', async (t) => {
  const { from, service } = await opened(t, {});
  const client = await from('127.0.0.2');
  const answer = within(once(client, 'data'), 'an answer');
  for (const octet of framed(query(ASKED))) {
    await new Promise((resolve) => client.write(Uint8Array.of(octet), resolve));
  }
  t.ok(await answer);
  t.same(service.sums().tcp, { open: 1, opened: 1, ended: NONE });
});

t.test('one that does not read', async (t) => {
  const text = 'x'.repeat(250);
  const strings = Array.from({ length: 200 }, (_, i) => `${text}${i}`).join(', ');
  const { table } = makeTable([
    `
zone: dl.example.org
ns: [ns.example.net]
pools: { "@": {} }
mirrors: { one: { addresses: [192.0.2.1] } }
records: { "@": { TXT: [${strings}] } }
`,
  ]);
  const { port, from, ended } = await opened(t, { exchange: 500 }, table);
  const client = await from('127.0.0.2');
  client.pause();
  const many = octets(...Array.from({ length: 500 }, () => framed(query(ASKED))));
  // Its own side may have room for much of this; the server takes no more than it has answers for.
  for (let i = 0; i < 20; i++) client.write(many);
  // A socket that is paused hears of the end only as it writes.
  const timer = setInterval(() => client.write(Buffer.alloc(1)), 20);
  t.teardown(() => clearInterval(timer));
  await closed(client);
  await ended({ unread: 1 });
  const [answer] = await askOverTcp(port, [ASKED]);
  t.equal(answer?.answers.length, 200, 'who reads gets the same answer whole');
});

t.test('one more than there is room for', async (t) => {
  const { port, from, ended } = await opened(t, { connections: 3 });
  const [first, second, third] = await Promise.all(['127.0.1.1', '127.0.2.1', '127.0.3.1'].map(from));
  if (first === undefined || second === undefined || third === undefined) throw new Error('there are three');
  // Whoever asks is not idle: the server hears it before it hears of the next connection.
  first.write(framed(query(ASKED)));
  await once(first, 'data');
  const cut = Promise.race([closed(second).then(() => 'second'), closed(third).then(() => 'third')]);
  t.same((await askOverTcp(port, [ASKED]))[0]?.answers, ANSWER);
  await cut;
  t.notOk(first.closed);
  await ended({ crowded: 1 });
});

t.test('one more than there is room for its network', async (t) => {
  const { from, ended, service } = await opened(t, { perNetwork: 2 });
  const other = await from('127.0.1.1');
  const first = await from('127.0.2.1');
  await from('127.0.2.2');
  const cut = closed(first);
  await from('127.0.2.255');
  await cut;
  t.notOk(other.closed, 'though it was idle longer');
  await ended({ 'network-crowded': 1 });
  await settles(t, () => service.sums().tcp.open, 3, 'open');
});

t.test(
  'a query that comes after the worker was told to end is not answered, and breaks nothing',
  async (t) => {
    const { service, port } = await opened(t, {});
    const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).resume();
    t.teardown(() => client.destroy());
    client.on('error', () => undefined);
    client.write(framed(query(ASKED)));
    await once(client, 'data');
    const stopped = service.stop();
    await once(client, 'end');
    client.end(framed(query(ASKED)));
    await stopped;
    const { sendErrors, queries } = service.sums();
    t.same([sendErrors, queries.tcp.ipv4], [0, 1]);
  },
);
