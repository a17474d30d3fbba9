import { once } from 'node:events';
import { get } from 'node:http';
import { createServer } from 'node:net';
import t from 'tap';
import { listenForHttp } from '../../src/http/listening.js';
import type { Endpoint } from '../../src/server/endpoint.js';
import { createFakeClock } from '../fake-clock.js';

t.test('a port that another program has is said once, and had as soon as it is free', async (t) => {
  const other = createServer();
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const { port } = typeof address === 'object' && address !== null ? address : { port: 0 };
  const clock = createFakeClock();
  const codes: string[] = [];
  let heard = (_endpoint: Endpoint): void => undefined;
  const listening = new Promise<Endpoint>((resolve) => {
    heard = resolve;
  });
  let missed = (): void => undefined;
  const missing = new Promise<void>((resolve) => {
    missed = resolve;
  });
  const close = listenForHttp([{ host: '127.0.0.1', port }], (_, response) => response.end('ours'), {
    onListening: heard,
    onUnavailable: (_, code) => {
      codes.push(code);
      missed();
    },
    clock,
  });
  t.teardown(close);
  await missing;
  // It is tried again, and still is not free.
  await clock.advance(5000);
  while (clock.waiting() === 0) await clock.advance(0);
  other.close();
  await once(other, 'close');
  await clock.advance(5000);
  t.same(await listening, { host: '127.0.0.1', port });
  t.same(codes, ['EADDRINUSE']);
  const [response] = await once(get({ host: '127.0.0.1', port, agent: false }), 'response');
  t.equal(String((await response.toArray())[0]), 'ours');
});

t.test('what was closed does not come back, also if it had yet to fail', async (t) => {
  const other = createServer();
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.teardown(() => other.close());
  const address = other.address();
  const { port } = typeof address === 'object' && address !== null ? address : { port: 0 };
  const clock = createFakeClock();
  const codes: string[] = [];
  const close = listenForHttp([{ host: '127.0.0.1', port }], (_, response) => response.end(), {
    onListening: () => t.fail('it listens'),
    onUnavailable: (_, code) => codes.push(code),
    clock,
  });
  close();
  await new Promise(setImmediate);
  t.equal(clock.waiting(), 0);
  t.same(codes, []);
});
