import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import t from 'tap';
import { systemClock } from '../../src/platform/clock.js';
import { createProbeRun } from '../../src/probe/probe-run.js';
import { createResolver } from '../../src/probe/resolve.js';
import type { Probe } from '../../src/zone/probe-forms.js';
import { checkOf, httpProbe, tcpProbe } from '../health/targets.js';
import { closed, refusedPort, serveHttp, serveTcp } from './servers.js';

const run = createProbeRun({ clock: systemClock, version: '1.2.3', resolver: createResolver() });
const never = new AbortController().signal;

/** Long enough never to end a probe that gets its answer. */
const PATIENT = { timeout: 20_000 };
/** For those that have to run into it. */
const BRIEF = { timeout: 150 };

function ask(probe: Probe, address = '127.0.0.1', signal = never) {
  return run(checkOf(address, probe), signal);
}

t.test('expected statuses are good, all others are bad and named', async (t) => {
  let status = 200;
  const { port } = await serveHttp(t, (_, response) =>
    response.writeHead(status, { location: '/there' }).end('body'),
  );
  const answer = (code: number, expect?: number[]) => {
    status = code;
    return ask(httpProbe({ port, ...PATIENT, ...(expect === undefined ? {} : { expect }) }));
  };
  t.match(await answer(200), { ok: true, ms: Number });
  t.match(await answer(206), { ok: true });
  const bad = await answer(503);
  t.match(bad, { ok: false, error: '503 Service Unavailable, expected 200 or 206' });
  t.notOk('fault' in bad, 'the mirror’s own');
  t.match(await answer(404, [200]), { ok: false, error: '404 Not Found, expected 200' });
  t.match(await answer(200, [204, 301, 304]), { ok: false, error: '200 OK, expected 204, 301 or 304' });
  t.match(await answer(799), { ok: false, error: '799, expected 200 or 206' });
  t.match(await answer(404, [404]), { ok: true }, 'whatever is expected is good');
  t.match(await answer(204, [204]), { ok: true });
});

t.test('a redirect is not followed', async (t) => {
  const seen: (string | undefined)[] = [];
  const { port } = await serveHttp(t, (request, response) => {
    seen.push(request.url);
    response.writeHead(request.url === '/good' ? 200 : 302, { location: '/good' }).end();
  });
  t.match(await ask(httpProbe({ port, ...PATIENT, path: '/old' })), {
    ok: false,
    error: '302 Found, expected 200 or 206 (redirects are not followed)',
  });
  t.match(await ask(httpProbe({ port, ...PATIENT, path: '/old', expect: [302] })), { ok: true });
  t.same(seen, ['/old', '/old']);
});

t.test('the request is the one that a client of the pool would send', async (t) => {
  const requests: IncomingMessage[] = [];
  const addresses: (string | undefined)[] = [];
  const { port, sockets } = await serveHttp(
    t,
    (request, response) => {
      requests.push(request);
      addresses.push(request.socket.localAddress);
      response.end();
    },
    '127.0.0.23',
  );
  const probe = httpProbe({ port, ...PATIENT, host: 'dl.example.org', path: '/a/b?c=d' });
  t.match(await ask(probe, '127.0.0.23'), { ok: true });
  t.match(await ask(probe, '127.0.0.23'), { ok: true });
  t.match(requests[0], { method: 'GET', url: '/a/b?c=d', httpVersion: '1.1' });
  t.match(requests[0]?.headers, {
    host: `dl.example.org:${port}`,
    'user-agent': 'geopool/1.2.3 (health probe)',
    'accept-encoding': 'identity',
    connection: 'close',
  });
  t.same(addresses, ['127.0.0.23', '127.0.0.23'], 'sent to the mirror’s own address');
  t.equal(sockets.length, 2, 'each probe has its own connection');
});

const hasIPv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
);

t.test('IPv6 mirrors, and names that are IPv6 addresses', { skip: !hasIPv6 && 'no ::1 here' }, async (t) => {
  let host: string | undefined;
  const { port } = await serveHttp(
    t,
    (request, response) => {
      host = request.headers.host;
      response.end();
    },
    '::1',
  );
  t.match(await ask(httpProbe({ port, ...PATIENT, host: '::1' }), '::1'), { ok: true });
  t.equal(host, `[::1]:${port}`);
  t.match(await ask(tcpProbe({ port, ...PATIENT }), '::1'), { ok: true });
});

t.test('a refused port', async (t) => {
  const port = await refusedPort();
  for (const probe of [httpProbe({ port, ...PATIENT }), tcpProbe({ port, ...PATIENT })]) {
    const outcome = await ask(probe);
    t.match(outcome, { ok: false, error: 'connection refused' });
    t.notOk('fault' in outcome, 'a refusal is a clear answer');
  }
});

t.test('a server that accepts and says nothing is left at the deadline, and hung up on', async (t) => {
  const { port, sockets } = await serveTcp(t, (socket) => socket.resume());
  const before = performance.now();
  const outcome = await ask(httpProbe({ port, ...BRIEF }));
  t.match(outcome, {
    ok: false,
    error: 'no answer within 150ms (waiting for the answer)',
    fault: 'unclear',
  });
  t.ok(outcome.ms >= 149, `${outcome.ms} ms`);
  t.ok(performance.now() - before < 5000, 'and not later than must be');
  await closed(sockets[0]);
  t.equal(sockets.length, 1);
});

t.test('headers that drip in do not extend the deadline', async (t) => {
  const { port } = await serveTcp(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    const drip = setInterval(() => socket.write('X-Drip: 1\r\n'), 10);
    socket.on('close', () => clearInterval(drip));
  });
  t.match(await ask(httpProbe({ port, ...BRIEF })), {
    ok: false,
    error: 'no answer within 150ms (reading the header)',
  });
});

t.test('endless interim answers do not either', async (t) => {
  const { port } = await serveTcp(t, (socket) => {
    const drip = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'), 5);
    socket.on('close', () => clearInterval(drip));
  });
  t.match(await ask(httpProbe({ port, ...BRIEF })), { ok: false, fault: 'unclear' });
});

t.test('headers without end are cut off long before the deadline', async (t) => {
  const { port, sockets } = await serveTcp(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    const line = `X-Flood: ${'x'.repeat(1000)}\r\n`;
    const pour = () => {
      while (!socket.destroyed && socket.write(line));
    };
    socket.on('drain', pour);
    pour();
  });
  t.match(await ask(httpProbe({ port, ...PATIENT })), {
    ok: false,
    error: 'the header of the answer is too long',
  });
  await closed(sockets[0]);
});

t.test('a body without end is not read', async (t) => {
  let sent = 0;
  const { port, sockets } = await serveTcp(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    const chunk = Buffer.alloc(65_536);
    const pour = () => {
      let room = true;
      while (room && !socket.destroyed) {
        room = socket.write(chunk);
        sent += chunk.length;
      }
    };
    socket.on('drain', pour);
    socket.once('data', pour);
  });
  t.match(await ask(httpProbe({ port, ...PATIENT })), { ok: true });
  await closed(sockets[0]);
  t.ok(sent < 64 * 1024 * 1024, `${sent} bytes were on the way when it hung up`);
});

t.test('a header without its body is enough', async (t) => {
  const { port } = await serveTcp(t, (socket) =>
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n'),
  );
  t.match(await ask(httpProbe({ port, ...PATIENT })), { ok: true });
});

t.test('a connection that is reset', async (t) => {
  const { port } = await serveTcp(t, (socket) => socket.once('data', () => socket.resetAndDestroy()));
  t.match(await ask(httpProbe({ port, ...PATIENT })), {
    ok: false,
    error: 'connection reset',
    fault: 'unclear',
  });
});

t.test('a connection that is closed without an answer, at whatever moment', async (t) => {
  const closed = { ok: false, error: /^connection (closed without an answer|reset)$/, fault: 'unclear' };
  for (const [when, handle] of Object.entries({
    'after the request': (socket: Socket) => socket.once('data', () => socket.end()),
    'at once': (socket: Socket) => socket.destroy(),
    'inside the header': (socket: Socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nX-Cut')),
  })) {
    const { port, sockets } = await serveTcp(t, handle);
    t.match(await ask(httpProbe({ port, ...PATIENT })), closed, when);
    t.equal(sockets.length, 1, 'one probe is one connection');
  }
});

t.test('what is not HTTP, or is broken HTTP', async (t) => {
  for (const garbage of [
    '220 ftp.example.org ready\r\n',
    '\x15\x03\x01\x00\x02\x02\x16',
    'HTTP/9.9 200\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n',
    '\0'.repeat(99),
  ]) {
    const { port } = await serveTcp(t, (socket) => socket.write(garbage));
    const outcome = await ask(httpProbe({ port, ...PATIENT }));
    t.match(outcome, { ok: false, error: 'the answer is not valid HTTP' }, JSON.stringify(garbage));
    t.notOk('fault' in outcome);
  }
});

t.test('a switch of protocols that nobody asked for', async (t) => {
  const { port } = await serveTcp(t, (socket) =>
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
  );
  t.match(await ask(httpProbe({ port, ...PATIENT })), { ok: false, error: String });
});

t.test('a probe that is given up ends at once and hangs up', async (t) => {
  const { port, sockets } = await serveTcp(t, (socket) => socket.resume());
  for (const probe of [httpProbe({ port, ...PATIENT })]) {
    const controller = new AbortController();
    const outcome = ask(probe, '127.0.0.1', controller.signal);
    while (sockets.length === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    t.match(await outcome, { ok: false, error: 'given up', fault: 'ours' });
    await closed(sockets[0]);
  }
  const gone = AbortSignal.abort();
  t.match(await ask(httpProbe({ port, ...PATIENT }), '127.0.0.1', gone), { ok: false, fault: 'ours' });
  t.match(await ask(tcpProbe({ port, ...PATIENT }), '127.0.0.1', gone), { ok: false, fault: 'ours' });
  t.equal(sockets.length, 1, 'one given up before it began opens nothing');
});

t.test('a probe that makes no sense is a failure, not a crash', async (t) => {
  t.match(await ask(httpProbe({ port: 1, ...PATIENT, path: 'no slash' })), { ok: false, error: String });
  t.match(await ask(httpProbe({ port: 1, ...PATIENT, host: 'a\r\nb' })), { ok: false, error: String });
});

t.test('type none is always good', async (t) => {
  t.same(await ask({ type: 'none' }), { ok: true, ms: 0 });
});
