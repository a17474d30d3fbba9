import t, { type Test } from 'tap';
import { Agent } from 'undici';
import { startDeadline } from '../../src/update/deadline.js';
import { get, type UpdateRequest } from '../../src/update/exchange.js';
import { createFakeClock } from '../fake-clock.js';
import { type FakeUpdateServer, startFakeUpdateServer, status } from './fake-update-server.js';
import { hastyClock, PATIENT } from './scenery.js';

const AUTHORIZATION = 'Basic NDI6U2VzYW1l';

async function setUp(t: Test): Promise<{ server: FakeUpdateServer; exchange: UpdateRequest; target: URL }> {
  const server = await startFakeUpdateServer();
  const dispatcher = new Agent();
  const clock = hastyClock();
  const deadline = startDeadline(clock, PATIENT, new AbortController().signal);
  t.teardown(async () => {
    deadline.end();
    await dispatcher.destroy();
    await server.close();
  });
  const exchange = {
    way: { dispatcher },
    clock,
    deadline,
    userAgent: 'geopool/0.0.0',
    authorization: AUTHORIZATION,
  };
  return { server, exchange, target: new URL(`${server.host}/geoip/databases/X/download`) };
}

const redirect = (location: string, code = 302) => status(code, { location });

t.test('says who it is', async (t) => {
  const { server, exchange, target } = await setUp(t);
  server.once('download', status(200));
  (await get(target, exchange)).body.destroy();
  t.match(server.asked[0]?.headers, { 'user-agent': 'geopool/0.0.0', authorization: AUTHORIZATION });
});

t.test('credentials do not follow to another origin', async (t) => {
  for (const code of [301, 302, 303, 307, 308]) {
    const { server, exchange, target } = await setUp(t);
    server.once('download', redirect(`${server.storage}/file`, code));
    (await get(target, exchange)).body.destroy();
    const [first, second] = server.asked;
    t.equal(first?.headers.authorization, AUTHORIZATION);
    t.match(second, { place: 'storage', url: '/file' });
    t.notOk('authorization' in (second?.headers ?? { authorization: '' }), `none after a ${code}`);
    t.notOk('cookie' in (second?.headers ?? { cookie: '' }));
  }
});

t.test('they stay with the same origin, and do not come back to it', async (t) => {
  const { server, exchange, target } = await setUp(t);
  server.once('download', redirect('/second'));
  server.once('download', redirect(`${server.storage}/third`));
  server.once('storage', redirect(`${server.host}/fourth`));
  server.once('download', status(200));
  (await get(target, exchange)).body.destroy();
  t.same(
    server.asked.map(({ url, headers }) => [url, headers.authorization]),
    [
      ['/geoip/databases/X/download', AUTHORIZATION],
      ['/second', AUTHORIZATION],
      ['/third', undefined],
      ['/fourth', undefined],
    ],
  );
});

t.test('another port of the same host is another origin', async (t) => {
  const { server, exchange, target } = await setUp(t);
  t.equal(new URL(server.host).hostname, new URL(server.storage).hostname);
  server.once('download', redirect(`${server.storage}/file`));
  (await get(target, exchange)).body.destroy();
  t.equal(server.asked[1]?.headers.authorization, undefined);
});

t.test('loops end', async (t) => {
  const { server, exchange, target } = await setUp(t);
  server.always('download', redirect(target.href));
  await t.rejects(get(target, exchange), { kind: 'final', message: /redirects more than 3 times/ });
  t.equal(server.count('download'), 4);
});

t.test('two Locations are none', async (t) => {
  const { server, exchange, target } = await setUp(t);
  server.once('download', (_request, response) => {
    response.statusCode = 302;
    response.setHeader('location', ['/a', '/b']);
    response.end();
  });
  await t.rejects(get(target, exchange), { kind: 'final', message: /without saying where/ });
  t.equal(server.asked.length, 1);
});

t.test('statuses become faults', async (t) => {
  const { server, exchange, target } = await setUp(t);
  const cases: [number, string, RegExp][] = [
    [400, 'final', /answered 400$/],
    [401, 'refused', /account or key refused by 127\.0\.0\.1:\d+ \(401\)/],
    [403, 'final', /answered 403: does the edition exist/],
    [404, 'final', /answered 404: does the edition exist/],
    [408, 'passing', /answered 408$/],
    [429, 'passing', /answered 429$/],
    [500, 'passing', /answered 500$/],
    [503, 'passing', /answered 503$/],
    [204, 'final', /answered 204$/],
    [206, 'final', /answered 206$/],
    [304, 'final', /answered 304$/],
  ];
  for (const [code, kind, message] of cases) {
    server.once('download', status(code));
    await t.rejects(get(target, exchange), { code: 'UPDATE_FAILED', kind, message }, String(code));
  }
});

t.test('a 401 of somebody who got no credentials says nothing about them', async (t) => {
  const { server, exchange, target } = await setUp(t);
  server.once('download', redirect(`${server.storage}/file`));
  server.once('storage', status(401));
  await t.rejects(get(target, exchange), {
    kind: 'final',
    message: /the host that .* redirects to answered 401/,
  });
});

t.test('Retry-After is passed on', async (t) => {
  const { server, exchange, target } = await setUp(t);
  server.once('download', status(429, { 'retry-after': '17' }));
  await t.rejects(get(target, exchange), { message: /429/, kind: 'passing', retryAfterMs: 17_000 });
});

t.test('broken connections may pass', async (t) => {
  const { server, exchange, target } = await setUp(t);
  server.once('download', (request) => request.socket.destroy());
  await t.rejects(get(target, exchange), {
    kind: 'passing',
    message: /^no answer from 127.*\(UND_ERR_SOCKET\)/,
  });
  await server.close();
  await t.rejects(get(target, exchange), { kind: 'passing', message: /ECONNREFUSED/ });
  server.close = async () => undefined;
});

t.test('a server that accepts and says nothing meets the deadline', async (t) => {
  const { server, exchange, target } = await setUp(t);
  const clock = createFakeClock();
  const deadline = startDeadline(clock, { idleMs: 5_000, overallMs: 60_000 }, new AbortController().signal);
  const asked = new Promise<void>((resolve) => server.once('download', () => resolve()));
  const failed = t.rejects(get(target, { ...exchange, deadline }), {
    kind: 'passing',
    message: /nothing came for 5s/,
  });
  await asked;
  await clock.advance(5_000);
  await failed;
  deadline.end();
});
