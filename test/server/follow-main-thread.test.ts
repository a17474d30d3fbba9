import { MessageChannel } from 'node:worker_threads';
import t from 'tap';
import { newResponder } from '../../src/answer/responder.js';
import { newHits } from '../../src/answer/tally.js';
import { seededRandom } from '../../src/platform/random.js';
import { followMainThread } from '../../src/server/follow-main-thread.js';
import type { ToWorker } from '../../src/server/messages.js';
import { withCookies } from '../answer/policies.js';
import { makeTable } from '../compile/make-table.js';

const zone = (name: string): string => `
zone: ${name}
ns: [ns.example.net]
pools: { "@": {} }
mirrors: { a: { addresses: [192.0.2.1] } }
`;

t.test('what the main thread says is done in its order', async (t) => {
  const before = makeTable([zone('a.example')]).table;
  const after = { ...makeTable([zone('b.example')]).table, generation: before.generation + 1 };
  const responder = newResponder(before, seededRandom(1));
  const heartbeat = Int32Array.of(7, 6);
  const { port1: main, port2: port } = new MessageChannel();
  const ended = new Promise<void>((resolve) => followMainThread(port, responder, heartbeat, resolve));
  const messages: ToWorker[] = [
    { kind: 'table', table: after, hits: newHits(after.pools) },
    { kind: 'policy', policy: withCookies() },
    { kind: 'asked' },
    { kind: 'stop' },
  ];
  for (const message of messages) main.postMessage(message);
  await ended;
  port.close();
  t.equal(responder.table.generation, after.generation);
  t.equal(
    Atomics.load(responder.adopted, 0),
    after.generation,
    'the main thread can see that the old one is left',
  );
  t.equal(responder.policy.cookies !== undefined, true);
  t.same([...heartbeat], [7, 7]);
});
