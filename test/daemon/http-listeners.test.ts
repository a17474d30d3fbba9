import { once } from 'node:events';
import { get } from 'node:http';
import { createServer } from 'node:net';
import t, { type Test } from 'tap';
import { openHttpListeners } from '../../src/daemon/http-listeners.js';
import { listenOn } from '../../src/http/listening.js';
import { type Libc, loadLibc } from '../../src/platform/libc.js';
import type { Endpoint } from '../../src/server/endpoint.js';
import { createFakeClock } from '../fake-clock.js';

const libc = await loadLibc();
const LOOPBACK = { host: '127.0.0.1', port: 0 };

/** Listeners on one endpoint; `handOver` is called with the descriptor. */
function opened(
  t: Test,
  endpoint: Endpoint,
  handOver: (descriptor: number) => Promise<void>,
  changed: Partial<Libc> = {},
) {
  if ('unavailable' in libc) throw new Error(libc.unavailable);
  const clock = createFakeClock();
  const found: number[] = [];
  const codes: string[] = [];
  const listeners = openHttpListeners({ ...libc, ...changed }, [endpoint], {
    onListening: ({ port }) => found.push(port),
    onUnavailable: (_, code) => codes.push(code),
    handOver,
    clock,
  });
  t.teardown(() => listeners.close());
  return { listeners, clock, found, codes };
}

/** Answers on a descriptor, until the test ends. */
async function answerOn(t: Test, descriptor: number, text: string): Promise<void> {
  const server = await listenOn(descriptor, (_, response) => response.end(text));
  t.teardown(() => server.close());
}

/** What is answered on a connection of its own. */
async function ask(port = 0): Promise<string> {
  const [response] = await once(get({ host: '127.0.0.1', port, agent: false }), 'response');
  return String((await response.toArray())[0]);
}

t.test(
  'nobody is asked to answer before somebody comes, and whoever comes meanwhile is answered',
  async (t) => {
    let comes = (): void => undefined;
    const ready = new Promise<void>((resolve) => {
      comes = resolve;
    });
    const handed: number[] = [];
    const { found } = opened(t, LOOPBACK, async (descriptor) => {
      handed.push(descriptor);
      await ready;
      await answerOn(t, descriptor, 'there');
    });
    t.same(handed, []);
    const first = ask(found[0]);
    const second = ask(found[0]);
    while (handed.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const third = ask(found[0]);
    comes();
    t.same(await Promise.all([first, second, third]), ['there', 'there', 'there']);
    t.equal(await ask(found[0]), 'there');
    t.equal(handed.length, 1);
  },
);

t.test('whoever comes after the thread has died has another one started', async (t) => {
  const handed: number[] = [];
  const { found, listeners } = opened(t, LOOPBACK, async (descriptor) => {
    handed.push(descriptor);
    if (handed.length === 1) throw new Error('it died');
    await answerOn(t, descriptor, 'another');
  });
  await t.rejects(ask(found[0]), { code: 'ECONNRESET' });
  listeners.listenAgain();
  t.equal(await ask(found[0]), 'another');
  t.equal(handed.length, 2);
});

t.test('a port that another program has is said once, and had as soon as it is free', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const { clock, found, codes } = opened(t, { ...LOOPBACK, port }, (descriptor) =>
    answerOn(t, descriptor, 'ours'),
  );
  t.same(codes, ['EADDRINUSE']);
  await clock.advance(5000);
  other.close();
  await once(other, 'close');
  await clock.advance(5000);
  t.same([codes, found], [['EADDRINUSE'], [port]]);
  t.equal(await ask(port), 'ours');
});

t.test(
  'without a descriptor for the thread, the client is sent away and the next one answered',
  async (t) => {
    if ('unavailable' in libc) throw new Error(libc.unavailable);
    const { fcntl } = libc;
    let lacking = 0;
    const { clock, found, codes, listeners } = opened(
      t,
      LOOPBACK,
      async (descriptor) => {
        if (found.length === 1) throw new Error('it died');
        await answerOn(t, descriptor, 'there');
      },
      {
        fcntl: (fd, command, value) => (lacking-- > 0 ? -1 : fcntl(fd, command, value)),
        errno: () => 24,
      },
    );
    lacking = 1;
    await t.rejects(ask(found[0]), { code: 'ECONNRESET' });
    await t.rejects(ask(found[0]), { code: 'ECONNRESET' }, 'the thread dies');
    t.same(codes, []);
    lacking = 2;
    listeners.listenAgain();
    await clock.advance(5000);
    t.same([codes, found.length], [['EMFILE'], 1]);
    await clock.advance(5000);
    t.equal(found.length, 2, 'it listens again');
    t.equal(await ask(found[0]), 'there');
  },
);
