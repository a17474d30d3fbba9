/** Queries that can't be answered, and answers that can't be sent: they are counted, and never delay other clients. */
import t, { type Test } from 'tap';
import type { Transport } from '../../src/server/service.js';
import { query } from '../dns-message.js';
import { ANSWER, ASKED, openOn, settles, TABLE, TRANSPORTS, udpClient } from './loopback.js';
import { openRaw, type RawSocket } from './raw-datagram.js';

const raw = await openRaw();

if ('unavailable' in raw) t.pass(`skipped: ${raw.unavailable}`, { skip: raw.unavailable });
else {
  t.teardown(() => raw.close());
  for (const transport of TRANSPORTS) {
    t.test(transport, async (t) => {
      await t.test('a query from port 0', (t) => fromPortZero(t, transport, raw));
      await t.test('sources that nobody honest has', (t) => forged(t, transport, raw));
      await t.test('an answer that the kernel does not send', (t) => notSent(t, transport, raw));
    });
  }
}

async function fromPortZero(t: Test, transport: Transport, socket: RawSocket): Promise<void> {
  const { service, port } = await openOn(t, transport, TABLE);
  const client = await udpClient(t, port);
  const flow = { from: '127.0.0.1', fromPort: 0, to: '127.0.0.1', port };
  for (let i = 0; i < 3; i++) {
    socket.send(flow, query(ASKED));
    t.same((await client.ask(ASKED)).answers, ANSWER);
  }
  await settles(t, () => service.sums().dropped, 3, 'dropped');
  const { queries, sendErrors } = service.sums();
  t.same([queries.udp.ipv4, sendErrors], [3, 0], 'not looked at, and nothing was sent');
}

/** Each of them is one that an answer would do harm at, or that is no address of anybody. */
async function forged(t: Test, transport: Transport, socket: RawSocket): Promise<void> {
  const { service, ports } = await openOn(t, transport, TABLE, ['127.0.0.1', '127.0.0.2']);
  const [port = 0, second = 0] = ports;
  const client = await udpClient(t, port);
  const flows = [
    { from: '127.0.0.1', fromPort: port },
    { from: '127.255.255.255', fromPort: 5353 },
    { from: '224.0.0.251', fromPort: 5353 },
    { from: '239.255.255.255', fromPort: 53 },
    { from: '255.255.255.255', fromPort: 53 },
    { from: '0.1.2.3', fromPort: 53 },
  ];
  for (const flow of flows) {
    socket.send({ ...flow, to: '127.0.0.1', port }, query(ASKED));
    t.same((await client.ask(ASKED)).answers, ANSWER);
  }
  // The second endpoint was opened when the first had its port.
  socket.send({ from: '127.0.0.1', fromPort: port, to: '127.0.0.2', port: second }, query(ASKED));
  await settles(t, () => service.sums().dropped, flows.length + 1, 'dropped');
  t.equal(service.sums().sendErrors, 0);
  // Addresses and ports that are near those, of which somebody may well ask.
  const honest = [
    { from: '127.0.0.1', fromPort: port - 1 },
    { from: '127.0.0.2', fromPort: port },
    { from: '127.255.255.254', fromPort: 53 },
  ];
  for (const flow of honest) socket.send({ ...flow, to: '127.0.0.1', port }, query(ASKED));
  await settles(t, () => service.sums().rcodes[0], flows.length + honest.length, 'answered');
  t.equal(service.sums().dropped, flows.length + 1);
}

/** A socket that is bound to loopback can't send to any other address. */
async function notSent(t: Test, transport: Transport, socket: RawSocket): Promise<void> {
  // One worker, so that good and bad ones come to be in one batch.
  const { service, port } = await openOn(t, transport, TABLE, ['127.0.0.1'], { workers: 1 });
  const client = await udpClient(t, port);
  const flow = { from: '198.51.100.1', fromPort: 5353, to: '127.0.0.1', port };
  const rounds = 50;
  for (let i = 0; i < rounds; i++) {
    const before = [client.ask(ASKED), client.ask(ASKED)];
    socket.send(flow, query(ASKED));
    const behind = client.ask(ASKED);
    socket.send(flow, query(ASKED));
    socket.send(flow, query(ASKED));
    for (const reply of await Promise.all([...before, behind])) t.same(reply.answers, ANSWER);
  }
  await settles(t, () => service.sums().sendErrors, 3 * rounds, 'errors');
  const { queries, rcodes, dropped } = service.sums();
  t.same([queries.udp.ipv4, rcodes[0], dropped], [6 * rounds, 6 * rounds, 0], 'every one was answered');
}
