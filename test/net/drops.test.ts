/** What can't be answered, and what can't be sent: counted, and never in the way of anybody else. */
import t, { type Test } from 'tap';
import type { Transport } from '../../src/net/service.js';
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

/** The address is that of all hosts of the network: a server's socket may not send there (SO_BROADCAST in socket(7)). */
async function notSent(t: Test, transport: Transport, socket: RawSocket): Promise<void> {
  // One worker, so that good and bad ones come to be in one batch.
  const { service, port } = await openOn(t, transport, TABLE, ['127.0.0.1'], { workers: 1 });
  const client = await udpClient(t, port);
  const flow = { from: '127.255.255.255', fromPort: 5353, to: '127.0.0.1', port };
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
