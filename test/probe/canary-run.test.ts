import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type Server } from 'node:net';
import t, { type Test } from 'tap';
import { systemClock } from '../../src/platform/clock.js';
import { createCanaryRun } from '../../src/probe/canary-run.js';
import { hasRouteTo } from '../../src/probe/own-route.js';
import { createResolver } from '../../src/probe/resolve.js';
import { readCanary } from '../../src/zone/canaries.js';
import type { Canary } from '../../src/zone/model.js';
import { isTextFault } from '../../src/zone/text-fault.js';
import { createFakeClock } from '../fake-clock.js';
import { addressOf } from '../health/targets.js';
import { createAuthority } from './certificates.js';
import { serveTls } from './servers.js';

function canary(text: string): Canary {
  const read = readCanary(text);
  if (isTextFault(read)) throw new Error(read.fault);
  return read;
}

async function listen(t: Test, server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const run = createCanaryRun(systemClock, '0.0.0', createResolver().resolve);

t.test('a port that is open answers, one that refuses is silent', async (t) => {
  const port = await listen(
    t,
    createTcpServer((socket) => socket.destroy()),
  );
  t.equal(await run(canary(`127.0.0.1:${port}`), 'ipv4'), 'answers');
  t.equal(await run(canary(`127.0.0.1:${port}`), 'ipv6'), 'absent');
  t.equal(await run(canary('127.0.0.1:1'), 'ipv4'), 'silent');
});

t.test('any status is an answer', async (t) => {
  const asked: string[] = [];
  const port = await listen(
    t,
    createServer((request, response) => {
      asked.push(`${request.headers.host} ${request.url}`);
      response.writeHead(503).end();
    }),
  );
  t.equal(await run(canary(`http://127.0.0.1:${port}/a?b`), 'ipv4'), 'answers');
  t.equal(await run(canary(`http://localhost:${port}/`), 'ipv4'), 'answers');
  t.same(asked, [`127.0.0.1:${port} /a?b`, `localhost:${port} /`]);
  t.equal(await run(canary(`https://127.0.0.1:${port}/`), 'ipv4'), 'silent', 'no TLS there');
});

t.test('by https, whatever its certificate says', async (t) => {
  const authority = createAuthority(t.testdir());
  if (authority === undefined) throw new Error('this test makes its certificate with openssl: install it');
  const names: (string | false | null | undefined)[] = [];
  const { port } = await serveTls(t, authority.selfSigned('DNS:elsewhere.example'), (socket) => {
    names.push(socket.servername);
    socket.once('data', () => socket.end('HTTP/1.1 302 Found\r\nBlank : x\r\n\r\n'));
  });
  t.equal(await run(canary(`https://127.0.0.1:${port}/`), 'ipv4'), 'answers');
  t.equal(await run(canary(`https://localhost:${port}/`), 'ipv4'), 'answers');
  t.same(names, [false, 'localhost']);
});

t.test('one that accepts and says nothing is silent when its time is over', async (t) => {
  const held = new Set<{ destroy(): void }>();
  const server = createTcpServer((socket) => void held.add(socket));
  t.teardown(() => {
    for (const socket of held) socket.destroy();
  });
  const port = await listen(t, server);
  const clock = createFakeClock();
  const answer = createCanaryRun(
    clock,
    '0.0.0',
    createResolver().resolve,
  )(canary(`http://127.0.0.1:${port}/`), 'ipv4');
  await once(server, 'connection');
  await clock.advance(3000);
  t.equal(await answer, 'silent');
});

t.test('there is a route to loopback', async (t) => {
  t.equal(await hasRouteTo(addressOf('127.0.0.1')), true);
});
