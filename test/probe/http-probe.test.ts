/** What a probe by HTTP asks beyond a status, of real servers that get it right and wrong. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import t, { type Test } from 'tap';
import { systemClock } from '../../src/platform/clock.js';
import type { Outcome } from '../../src/probe/probe.js';
import { createProbeRun } from '../../src/probe/probe-run.js';
import type { Resolver } from '../../src/probe/resolve.js';
import type { Step } from '../../src/probe/trace.js';
import type { HttpProbe } from '../../src/zone/http-probe-keys.js';
import { addressOf, checkOf, httpProbe } from '../health/targets.js';
import { serveHttp, serveTcp } from './servers.js';

/** Names that redirects lead to. */
const resolver: Resolver = {
  async resolve(name) {
    if (name === 'aurora.example.net') return { addresses: [addressOf('127.0.0.1')] };
    if (name === 'elsewhere.example.net') return { addresses: [addressOf('127.0.0.9')] };
    return { fault: `no such name: ${name}`, missing: true };
  },
  answers: async () => true,
};
const run = createProbeRun({ clock: systemClock, version: '1.2.3', resolver });
const never = new AbortController().signal;

function ask(port: number, parts: Partial<HttpProbe>, steps?: Step[]) {
  return run(
    {
      ...checkOf('127.0.0.1', httpProbe({ port, timeout: 20_000, ...parts })),
      hostname: 'aurora.own',
      admitted: { like: [addressOf('127.0.0.1')], networks: [] },
    },
    never,
    steps,
  );
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Asks a server that answers as `handle` says. */
async function met(t: Test, handle: Handler, parts: Partial<HttpProbe>) {
  const { port } = await serveHttp(t, handle);
  return ask(port, parts);
}

const FILE = Buffer.from('The quick brown fox jumps over the lazy dog.\n');

/** Serves ranges of one file as it should be. */
const ranged: Handler = (request, response) => {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  if (first === undefined) return void response.end(FILE);
  const part = FILE.subarray(Number(first), Number(last) + 1);
  if (part.length === 0) return void response.writeHead(416).end();
  const range = `bytes ${first}-${Number(first) + part.length - 1}/${FILE.length}`;
  return void response.writeHead(206, { 'content-range': range }).end(part);
};

t.test('a range', async (t) => {
  const range = { first: 0, last: 0 };
  t.match(await met(t, ranged, { range }), { ok: true });
  t.match(await met(t, ranged, { range: { first: 10, last: 999 } }), { ok: true });
  const table: readonly (readonly [string, Handler, string])[] = [
    [
      'ignored',
      (_, response) => response.end(FILE),
      '200 OK for octets 0-0, expected 206: it does not serve ranges',
    ],
    [
      '416',
      (_, response) => response.writeHead(416).end(),
      '416 Range Not Satisfiable for octets 0-0, expected 206',
    ],
    [
      'another part',
      (_, response) => response.writeHead(206, { 'content-range': 'bytes 1-1/45' }).end('h'),
      '206 for octets 0-0 with Content-Range "bytes 1-1/45"',
    ],
    [
      'more than asked for',
      (_, response) => response.writeHead(206, { 'content-range': 'bytes 0-0/45' }).end(FILE),
      '206 with more than 1 octets for bytes=0-0',
    ],
    [
      'nothing',
      (_, response) => response.writeHead(206, { 'content-range': 'bytes 0-0/45' }).end(),
      '206 with a body of 0 octets for bytes=0-0',
    ],
  ];
  for (const [name, handle, error] of table) {
    const outcome = await met(t, handle, { range });
    t.match(outcome, { ok: false, error }, name);
  }
});

t.test('HEAD, and a range by GET besides', async (t) => {
  const asked: string[] = [];
  const { port } = await serveHttp(t, (request, response) => {
    asked.push(`${request.method} ${request.headers.range ?? ''}`);
    ranged(request, response);
  });
  const parts: Partial<HttpProbe> = {
    method: 'HEAD',
    expect: [200],
    range: { first: 0, last: 0 },
    contains: { text: 'fox' },
  };
  t.match(await ask(port, parts), { ok: true });
  t.same(asked, ['HEAD ', 'GET ', 'GET bytes=0-0']);
  asked.length = 0;
  t.match(await ask(port, { range: { first: 0, last: 0 } }), { ok: true });
  t.same(asked, ['GET bytes=0-0'], 'one question where one will do');
});

t.test('what the body contains', async (t) => {
  const contains = { text: 'fox' };
  t.match(await met(t, ranged, { contains }), { ok: true });
  t.match(await met(t, ranged, { contains: { pattern: '^the .* DOG', flags: 'i' } }), { ok: true });
  t.match(await met(t, ranged, { contains: { text: 'cat' } }), {
    ok: false,
    error: 'the body does not contain "cat"',
  });
  t.match(await met(t, (_, response) => response.end(), { contains }), {
    ok: false,
    error: 'the body is empty, expected "fox" in it',
  });
  t.match(await met(t, (_, response) => response.writeHead(503).end('fox'), { contains }), {
    ok: false,
    error: '503 Service Unavailable, expected 200 or 206',
  });
  const late: Handler = (_, response) => response.end(`${'x'.repeat(100_000)}fox`);
  t.match(await met(t, late, { contains }), { error: 'the first 64 KiB of the body do not contain "fox"' });
});

t.test('a body that breaks off, or never ends', async (t) => {
  const { port } = await serveTcp(t, (socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nfo')),
  );
  t.match(await ask(port, { contains: { text: 'fox' } }), {
    ok: false,
    error: 'connection closed in the middle of the body, after 2 octets',
    fault: 'unclear',
  });
  const dripping = await serveTcp(t, (socket) =>
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const drip = setInterval(() => socket.write('f'), 10);
      socket.on('close', () => clearInterval(drip));
    }),
  );
  t.match(await ask(dripping.port, { contains: { text: 'fox' }, timeout: 150 }), {
    ok: false,
    error: 'no answer within 150ms (reading the body)',
    fault: 'unclear',
  });
});

t.test('freshness', async (t) => {
  const maxAge = 6 * 3_600_000;
  const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000);
  const trace =
    (text: string, modified?: Date): Handler =>
    (_, response) =>
      response
        .writeHead(200, modified === undefined ? {} : { 'last-modified': modified.toUTCString() })
        .end(text);
  const seconds = (date: Date) => `${Math.floor(date.getTime() / 1000)}\n`;
  t.match(await met(t, trace(seconds(ago(1))), { maxAge }), { ok: true });
  t.match(await met(t, trace('', ago(1)), { maxAge }), { ok: true });
  t.match(await met(t, trace('', ago(1)), { maxAge, method: 'HEAD' }), { ok: true });
  t.match(await met(t, trace(seconds(ago(33)), ago(1)), { maxAge }), {
    ok: false,
    error: /^stale by 1d 3h: dated .* by its text, older than 6h$/,
  });
  t.match(await met(t, trace('no date', ago(7)), { maxAge }), {
    ok: false,
    error: /^stale by 1h.* by its Last-Modified/,
  });
  t.match(await met(t, trace('no date'), { maxAge }), { ok: false, error: /^no date: / });
  t.match(await met(t, trace(seconds(ago(-5))), { maxAge }), {
    ok: false,
    error: /in the future: .*a clock is wrong$/,
  });
});

t.test('speed', async (t) => {
  const big = Buffer.alloc(300_000);
  const speed = { minRate: 100_000, sample: 200_000 };
  const asked: (string | undefined)[] = [];
  const fast = await met(
    t,
    (request, response) => {
      asked.push(request.headers.range);
      response.end(big);
    },
    { speed },
  );
  t.match(fast, { ok: true, rate: Number });
  t.ok('rate' in fast && (fast.rate ?? 0) > 100_000);
  t.same(asked, ['bytes=0-199999']);

  const dripping: Handler = (_, response) => {
    response.writeHead(206);
    const drip = setInterval(() => response.write(Buffer.alloc(100)), 10);
    response.on('close', () => clearInterval(drip));
  };
  const slow = await met(t, dripping, { speed: { minRate: 1_000_000, sample: 200_000 }, timeout: 600 });
  t.match(slow, {
    ok: false,
    error: /^too slow: [\d.]+ k?B\/s over [\d.]+ k?B, expected at least 1 MB\/s$/,
    fault: 'unclear',
    rate: Number,
  });
  t.match(await met(t, dripping, { speed: { minRate: 1000, sample: 200_000 }, timeout: 600 }), {
    error: 'no answer within 600ms (reading the body)',
  });
  t.match(await met(t, (_, response) => response.end(), { speed }), { error: /^the body is empty/ });
  t.match(await met(t, (_, response) => response.writeHead(404).end(), { speed }), {
    error: /^404 Not Found/,
  });
});

t.test('redirects that stay on the mirror', async (t) => {
  const hosts: (string | undefined)[] = [];
  const { port } = await serveHttp(t, (request, response) => {
    hosts.push(request.headers.host);
    const [, to] = /^\/to\/(.*)$/.exec(request.url ?? '') ?? [];
    if (to === undefined) return response.end('there');
    return response.writeHead(302, { location: decodeURIComponent(to) }).end();
  });
  const via = (location: string, redirects: HttpProbe['redirects'] = 'same-mirror') =>
    ask(port, { path: `/to/${encodeURIComponent(location)}`, redirects });
  for (const host of ['dl.example.org', '127.0.0.1', 'aurora.own', 'AURORA.example.net']) {
    hosts.length = 0;
    t.match(await via(`http://${host}:${port}/there`), { ok: true }, host);
    t.equal(hosts[1], `${host.toLowerCase()}:${port}`, 'asked there by that name');
  }
  t.match(await via('/there'), { ok: true }, 'a relative one');
  for (const [location, error] of [
    ['http://elsewhere.example.net/x', 'redirects to http://elsewhere.example.net/x, which is another host'],
    ['https://127.0.0.9/', 'redirects to https://127.0.0.9/, which is another host'],
    ['http://gone.example.net/', 'redirects to http://gone.example.net/, no such name: gone.example.net'],
    [
      'ftp://dl.example.org/',
      'redirects to "ftp://dl.example.org/", which is not an address of http or https',
    ],
  ] as const) {
    const outcome = await via(location);
    t.match(outcome, { ok: false, error }, location);
    t.notOk('fault' in outcome, 'the mirror’s own');
  }
  t.match(await via('/there', 'none'), {
    error: '302 Found, expected 200 or 206 (redirects are not followed)',
  });
});

t.test('a Location in raw UTF-8 is asked for by the octets that came', async (t) => {
  const asked: string[] = [];
  const { port } = await serveTcp(t, (socket) =>
    socket.once('data', (request) => {
      const [, path = ''] = request.toString('latin1').split(' ');
      asked.push(path);
      const answer = path.startsWith('/d')
        ? 'HTTP/1.1 200 OK\r\n\r\n'
        : `HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:${port}/d\u00e9p\u00f4t/%C3%A9?voil\u00e0\r\n\r\n`;
      socket.end(Buffer.from(answer, 'utf8'));
    }),
  );
  t.match(await ask(port, { path: '/', redirects: 'same-mirror' }), { ok: true });
  t.same(asked, ['/', '/d%C3%A9p%C3%B4t/%C3%A9?voil%C3%A0']);
});

t.test('redirects that lead anywhere, in circles, or nowhere', async (t) => {
  const elsewhere = await serveHttp(t, (_, response) => response.end('elsewhere'), '127.0.0.9');
  const redirecting =
    (location: (path: string) => string | undefined): Handler =>
    (request, response) => {
      const to = location(request.url ?? '');
      response.writeHead(301, to === undefined ? {} : { location: to }).end();
    };
  const abroad = redirecting(() => `http://elsewhere.example.net:${elsewhere.port}/`);
  t.match(await met(t, abroad, { redirects: 'follow' }), { ok: true });
  const circle = redirecting((path) => (path === '/a' ? '/b' : '/a'));
  t.match(await met(t, circle, { redirects: 'same-mirror', path: '/a' }), {
    ok: false,
    error: /^redirects in a circle: http:\S+\/a -> http:\S+\/b -> http:\S+\/a$/,
  });
  t.match(
    await met(
      t,
      redirecting((path) => `${path}x`),
      { redirects: 'follow' },
    ),
    {
      error: /^more than 5 redirects, the last to http:\S+xxxxxx$/,
    },
  );
  t.match(
    await met(
      t,
      redirecting(() => undefined),
      { redirects: 'follow' },
    ),
    {
      error: '301 Moved Permanently that does not say where to',
    },
  );
  t.match(
    await met(
      t,
      redirecting(() => '/x'),
      { redirects: 'follow', expect: [301] },
    ),
    { ok: true },
    'one that is expected is not followed',
  );
});

t.test('each step with its time, and what was compared with what', async (t) => {
  const { port } = await serveHttp(t, ranged);
  const steps: Step[] = [];
  await ask(port, { contains: { text: 'cat' } }, steps);
  t.match(steps, [
    { step: 'connect', ms: Number, detail: `127.0.0.1 port ${port}` },
    { step: 'headers', ms: Number, detail: 'GET /project/trace: 200' },
    { step: 'body', detail: '45 octets read' },
    { step: 'compare', detail: 'status 200 OK, expected 200 or 206' },
    { step: 'compare', detail: '45 octets of the body, expected "cat" in them' },
  ]);
  const silent = await serveTcp(t, (socket) => socket.resume());
  const broken: Step[] = [];
  await ask(silent.port, { timeout: 100 }, broken);
  t.match(broken, [
    { step: 'connect' },
    { step: 'headers', error: 'no answer within 100ms (waiting for the answer)' },
  ]);
});

t.test('what an answer says of the time is measured, whatever else it says', async (t) => {
  const dated =
    (date: string, status = 200): Handler =>
    (_, response) =>
      response.writeHead(status, { date }).end('x');
  const hours = (away: number): string => new Date(Date.now() + away * 3_600_000).toUTCString();
  /** To the whole second, which a Date has, and what the answer took. */
  const near = ({ clockAhead = Number.NaN }: Outcome, wanted: number): boolean =>
    Math.abs(clockAhead / 1000 - wanted) < 60;
  t.ok(near(await met(t, (_, response) => response.end('x'), {}), 0));
  t.ok(near(await met(t, dated(hours(-2)), {}), 7200));
  t.ok(near(await met(t, dated(hours(2)), {}), -7200));
  const refused = await met(t, dated(hours(2), 503), {});
  t.ok(!refused.ok && near(refused, -7200));
  const silent = await met(t, dated('yesterday'), {});
  t.match(silent, { ok: true });
  t.equal(silent.clockAhead, undefined);
  const none = await met(
    t,
    (_, response) => {
      response.sendDate = false;
      response.end('x');
    },
    {},
  );
  t.equal(none.clockAhead, undefined);
});
