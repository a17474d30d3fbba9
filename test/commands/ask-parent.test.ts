/** The parent's name servers are found through a resolver, and asked by TCP. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type Answer, AUTHORITATIVE_ANSWER, decode, encode, type Packet } from 'dns-packet';
import t, { type Test } from 'tap';
import { askParent } from '../../src/commands/ask-parent.js';

/** A resolver that knows these records alone, and fails for names that begin with `broken`. */
async function resolverOf(t: Test, records: readonly Answer[]) {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => {
    const { id = 0, questions = [] } = decode(message);
    const [question] = questions;
    asked.push(`${question?.name} ${question?.type}`);
    const answers = records.filter(
      ({ name, type }) => name === (question?.name || '.') && type === question?.type,
    );
    const rcode = question?.name.startsWith('broken') ? 2 : 0;
    const reply: Packet = { type: 'response', id, flags: 0x180 | rcode, questions, answers };
    socket.send(encode(reply), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.teardown(() => socket.close());
  return { servers: [`127.0.0.1:${socket.address().port}`], asked };
}

/** A name server over TCP, with a packet or its octets; undefined: it hangs up. The answer comes in two pieces. */
async function tcpServer(t: Test, answer: (query: Packet) => Packet | Buffer | undefined): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (data) => {
      const reply = answer(decode(data.subarray(2)));
      if (reply === undefined) return void socket.destroy();
      const octets = Buffer.isBuffer(reply) ? reply : encode(reply);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(octets.length);
      socket.write(length);
      setImmediate(() => socket.write(octets));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const ns = (name: string, data: string): Answer => ({ type: 'NS', name, data, ttl: 60 });
const a = (name: string, data: string): Answer => ({ type: 'A', name, data, ttl: 60 });

t.test('the innermost zone above is asked', async (t) => {
  const { servers, asked } = await resolverOf(t, [
    ns('org', 'b.example'),
    ns('org', 'a.example'),
    ns('org', 'broken.example'),
    a('a.example', '127.0.0.1'),
  ]);
  const questions: unknown[] = [];
  const port = await tcpServer(t, ({ id = 0, questions: all = [] }) => {
    questions.push(...all.map(({ name, type }) => `${name} ${type}`));
    const digest = Buffer.from('abcd', 'hex');
    const ds = { keyTag: 60_000, algorithm: 13, digestType: 2, digest };
    return {
      type: 'response',
      id,
      flags: AUTHORITATIVE_ANSWER,
      questions: all,
      answers: [
        { type: 'DS', name: 'dl.example.org', ttl: 300, data: ds },
        { type: 'TXT', name: 'dl.example.org', ttl: 1, data: 'else' },
      ],
    };
  });
  t.same(await askParent('dl.example.org', { servers, port }), [
    {
      server: 'a.example',
      address: '127.0.0.1',
      records: [{ tag: 60_000, algorithm: 13, digestType: 2, digest: 'abcd', ttl: 300 }],
    },
    { server: 'b.example', address: '', fault: 'it has no address' },
    {
      server: 'broken.example',
      address: '',
      fault: "its address can't be looked up: the resolver says SERVFAIL",
    },
  ]);
  t.same(questions, ['dl.example.org DS']);
  t.same(asked.slice(0, 2), ['example.org NS', 'org NS']);
});

t.test('what a server can say instead', async (t) => {
  const { servers } = await resolverOf(t, [ns('org', 'a.example'), a('a.example', '127.0.0.1')]);
  const saidBy = async (answer: Parameters<typeof tcpServer>[1]) =>
    (await askParent('x.org', { servers, port: await tcpServer(t, answer) }))[0];
  t.match(await saidBy(({ id = 0 }) => ({ type: 'response', id, flags: 5 })), {
    fault: 'it answers with rcode 5',
  });
  t.match(await saidBy(() => undefined), { fault: /ended without an answer|ECONNRESET/ });
  t.match(await saidBy(({ id = 0 }) => ({ type: 'response', id: id ^ 1 })), {
    fault: 'it ended without an answer',
  });
  const flags = AUTHORITATIVE_ANSWER;
  t.match(await saidBy(({ id = 0, questions = [] }) => ({ type: 'response', id, flags, questions })), {
    records: [],
  });
  t.same(
    await saidBy(({ id = 0, questions = [] }) => ({
      type: 'response',
      id,
      questions,
      authorities: [ns('org', 'b.example')],
    })),
    { server: 'a.example', address: '127.0.0.1', fault: 'it does not serve the zone above' },
    'a referral',
  );
  t.same(
    await saidBy(({ id = 0 }) => ({
      type: 'response',
      id,
      flags,
      questions: [{ type: 'A', name: 'x.org' }],
    })),
    { server: 'a.example', address: '127.0.0.1', fault: 'it answers another question' },
  );
  t.same(
    await saidBy(({ id = 0, questions = [] }) => {
      const soa = Buffer.from('c00c000600010000003c0002c00c', 'hex');
      const denial = Buffer.concat([encode({ type: 'response', id, flags, questions }), soa]);
      denial.writeUInt16BE(1, 8);
      return denial;
    }),
    { server: 'a.example', address: '127.0.0.1', fault: 'it serves the zone, but not the one above' },
    'the zone’s own denial',
  );
});

t.test('nobody says who they are', async (t) => {
  const { servers } = await resolverOf(t, []);
  await t.rejects(askParent('dl.example.org', { servers }), {
    message: 'the resolver knows none, asked for those of the root',
  });
});
