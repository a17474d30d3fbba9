import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { decode, encode, type Packet, RECURSION_DESIRED } from 'dns-packet';
import t, { type Test } from 'tap';
import { openClient } from '../../src/commands/demo-client.js';

/** A name server that keeps what it is asked and sends what `answer` gives. */
async function nameServer(t: Test, answer: (query: Packet) => readonly Packet[]) {
  const socket = createSocket('udp4');
  const asked: Packet[] = [];
  socket.on('message', (message, from) => {
    const query = decode(message);
    asked.push(query);
    for (const reply of answer(query)) socket.send(encode(reply), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.teardown(() => socket.close());
  return { endpoint: { host: '127.0.0.1', port: socket.address().port }, asked };
}

t.test('asks for A records with the /24 of the client in the query', async (t) => {
  const { endpoint, asked } = await nameServer(t, ({ id = 0, questions = [] }) => [
    {
      type: 'response',
      id,
      questions,
      answers: [
        { type: 'A', name: 'dl.demo.example', ttl: 5, data: '127.0.0.12' },
        { type: 'TXT', name: 'dl.demo.example', ttl: 5, data: 'no address' },
        { type: 'A', name: 'dl.demo.example', ttl: 5, data: '127.0.0.11' },
      ],
    },
  ]);
  const client = await openClient(endpoint, 'dl.demo.example');
  t.teardown(() => client.close());
  t.same(await client.ask('192.109.0.0'), ['127.0.0.12', '127.0.0.11']);
  t.same(await client.ask('12.0.0.0'), ['127.0.0.12', '127.0.0.11']);
  const [first, second] = asked;
  t.not(first?.id, second?.id);
  t.equal((first?.flags ?? 0) & RECURSION_DESIRED, 0);
  t.match(first?.questions, [{ name: 'dl.demo.example', type: 'A', class: 'IN' }]);
  const option = { code: 8, family: 1, sourcePrefixLength: 24, scopePrefixLength: 0 };
  t.match(first?.additionals, [
    { type: 'OPT', udpPayloadSize: 1232, options: [{ ...option, ip: '192.109.0.0' }] },
  ]);
  t.match(second?.additionals, [{ options: [{ ip: '12.0.0.0' }] }]);
});

t.test(
  'an answer without addresses is an empty list, and one to another question is passed over',
  async (t) => {
    const { endpoint } = await nameServer(t, ({ id = 0, questions = [] }) => [
      {
        type: 'response',
        id: id ^ 1,
        questions,
        answers: [{ type: 'A', name: 'dl.demo.example', ttl: 5, data: '127.0.0.66' }],
      },
      { type: 'response', id, questions },
    ]);
    const client = await openClient(endpoint, 'dl.demo.example');
    t.teardown(() => client.close());
    t.same(await client.ask('192.109.0.0'), []);
  },
);

t.test('a server that has gone is said', async (t) => {
  const closed = createSocket('udp4').bind(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address();
  closed.close();
  await once(closed, 'close');
  const client = await openClient({ host: '127.0.0.1', port }, 'dl.demo.example');
  t.teardown(() => client.close());
  await t.rejects(client.ask('192.109.0.0'), {
    code: 'SERVER_UNREACHABLE',
    message: /ECONNREFUSED|no answer/,
  });
  const asked = client.ask('192.109.0.0');
  // As if this process were stopped: when it goes on, the wait is over first, and then the error comes.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2100);
  await t.rejects(asked, { code: 'SERVER_UNREACHABLE' });
  await new Promise((resolve) => setImmediate(resolve));
});
