/**
 * The server's status over HTTP, from outside: what it shows, to which clients, and that it never gets in the way of
 * answering.
 */
import { spawnSync } from 'node:child_process';
import { request as httpRequest } from 'node:http';
import { connect, createServer } from 'node:net';
import t, { type Test } from 'tap';
import { makeOutlines } from '../http/make-outlines.js';
import { udpClient } from './dns-client.js';
import { CLIENTS } from './places.js';
import { until, within } from './program.js';
import { type ServerOptions, startServer } from './server.js';

const NAME = 'dl.example.org';
const ZONE = `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { answers: 1, probe: { type: none } } }
mirrors:
  aurora: { addresses: [192.0.2.1], notes: zaphod, email: zaphod@example.org }
  boreas: { addresses: [192.0.2.2] }
overrides:
  - { mirrors: [boreas], reason: beeblebrox, by: trillian }
`;

interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

interface Options {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server that tells its status on a free port, and what asks for it. */
async function startWithHttp(t: Test, options: ServerOptions = {}) {
  const server = await startServer(t, { zones: { 'z.yaml': ZONE }, http: '127.0.0.1:0', ...options });
  const { listen } = await server.log.waitFor('http-listening');
  const port = Number(String(listen).split(':').at(-1));
  return { server, port, get: (path: string, asked?: Options) => get(port, path, asked) };
}

function get(port: number, path: string, { method = 'GET', headers = {} }: Options = {}): Promise<Page> {
  const page = new Promise<Page>((resolve, reject) => {
    const asked = { host: '127.0.0.1', port, path, method, headers, agent: false };
    const request = httpRequest(asked, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    request.on('error', reject).end();
  });
  return within(page, `${method} ${path}`);
}

/** The value of a line of metrics. */
function sampleOf(metrics: string, line: string): number | undefined {
  const found = metrics.split('\n').find((text) => text.startsWith(`${line} `));
  return found === undefined ? undefined : Number(found.slice(line.length + 1));
}

t.test('metrics count what was asked and answered', async (t) => {
  const { server, get } = await startWithHttp(t);
  const client = await udpClient(t, { port: server.port });
  for (let i = 0; i < 7; i++) await client.ask({ name: NAME, subnet: CLIENTS.berlin });
  await client.ask({ name: 'nowhere.example' });
  const { status, headers, body } = await get('/metrics');
  t.equal(status, 200);
  t.match(headers['content-type'], /^text\/plain; version=0\.0\.4/);
  t.equal(sampleOf(body, 'geopool_queries_total{transport="udp",family="ipv4"}'), 8);
  t.equal(sampleOf(body, 'geopool_responses_total{rcode="NOERROR"}'), 7);
  t.equal(sampleOf(body, 'geopool_responses_total{rcode="REFUSED"}'), 1);
  const of = (mirror: string, address: string) =>
    `{zone="${NAME}",pool="${NAME}",mirror="${mirror}",family="ipv4",address="${address}"}`;
  t.equal(sampleOf(body, `geopool_answers_total${of('aurora', '192.0.2.1')}`), 7);
  t.equal(sampleOf(body, `geopool_answers_total${of('boreas', '192.0.2.2')}`), 0);
  t.equal(sampleOf(body, `geopool_mirror_enabled${of('boreas', '192.0.2.2')}`), 0);
  t.ok((sampleOf(body, 'process_resident_memory_bytes') ?? 0) > 1e7);
  t.notMatch(body, /nowhere|5\.249/);
  await until(async () => {
    const { body } = await get('/metrics');
    return (sampleOf(body, 'geopool_event_loop_delay_seconds_count') ?? 0) > 0 ? true : undefined;
  }, 'how late the main thread was');
  if (spawnSync('promtool', ['--version']).error === undefined) {
    const { stdout, stderr, status } = spawnSync('promtool', ['check', 'metrics'], {
      input: body,
      encoding: 'utf8',
    });
    t.same([status, stdout, stderr], [0, '', '']);
  }
});

t.test('what everybody may read', async (t) => {
  const { server, get } = await startWithHttp(t, {
    config: 'geo: { city: city.mmdb }\nhttp: { listen: "127.0.0.1:0", hosts: [status.example.org] }\n',
    http: false,
  });

  await t.test(
    'status.json is what status --json says, without who overrides a mirror and why',
    async (t) => {
      const { body, headers } = await get('/status.json');
      t.equal(headers['content-type'], 'application/json');
      const [over, told] = [JSON.parse(body), JSON.parse((await server.run('status', '--json')).stdout)];
      t.same(Object.keys(over), Object.keys(told));
      t.same(over.http, told.http);
      t.match(over.http.listen, [/^127\.0\.0\.1:\d+$/]);
      t.match(over.zones[0].pools[0].mirrors[1].override, { state: 'down', file: 'zones/z.yaml' });
      t.match(JSON.stringify(told), /beeblebrox.*trillian/, 'which whoever may use the control socket sees');
      const pages = ['/', '/pool/dl.example.org/dl.example.org', `/explain?name=${NAME}&from=5.249.168.1`];
      for (const path of ['/status.json', '/metrics', '/healthz', ...pages]) {
        t.notMatch((await get(path)).body, /zaphod|beeblebrox|trillian/, path);
      }
    },
  );

  t.test(
    'a page that is everybody’s holds nothing that a browser would run, keep or show to others',
    async (t) => {
      for (const path of [
        '/healthz',
        '/metrics',
        '/status.json',
        '/nowhere',
        '/%E0%A4%A',
        '/constructor',
        '//evil.example/',
      ]) {
        const { headers, status } = await get(path);
        t.equal(
          status,
          path.startsWith('/healthz') || path.startsWith('/m') || path.startsWith('/s') ? 200 : 404,
          path,
        );
        const policy = String(headers['content-security-policy']);
        t.match(policy, /default-src 'none'/);
        t.match(policy, /frame-ancestors 'none'/);
        t.notMatch(policy, /script-src|unsafe|\*/);
        t.match(headers, {
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'cache-control': 'no-store',
          'cross-origin-resource-policy': 'same-origin',
        });
        t.notOk('set-cookie' in headers);
        t.notOk('access-control-allow-origin' in headers);
      }
    },
  );

  await t.test('only reading, and only by a name that is known', async (t) => {
    t.equal((await get('/status.json', { method: 'POST' })).status, 405);
    t.equal((await get('/status.json', { headers: { host: 'evil.example' } })).status, 421);
    t.equal((await get('/status.json', { headers: { host: 'status.example.org' } })).status, 200);
    const head = await get('/status.json', { method: 'HEAD' });
    t.equal(head.status, 200);
    t.equal(head.body, '');
    t.ok(Number(head.headers['content-length']) > 100);
  });
});

t.test('pages are read in a text browser as in any other', async (t) => {
  makeOutlines();
  const { server, port, get } = await startWithHttp(t);
  t.equal(
    (await server.run('disable', 'aurora', '--force', '--reason', 'zaphod', '--by', 'ford', '--until', '2h'))
      .code,
    0,
  );
  const { body } = await get('/');
  t.match(body, /<img src="\/map\/dl\.example\.org\/dl\.example\.org\?family=ipv4"/);
  const map = await get('/map/dl.example.org/dl.example.org?family=ipv4');
  t.equal(map.headers['content-type'], 'image/svg+xml');
  t.match(map.body, /Germany: /);
  const history = (await get('/pool/dl.example.org/dl.example.org')).body;
  t.match(history, /override/);
  t.notMatch(history, /zaphod|ford/);
  const explained = (await get(`/explain?name=${NAME}&from=5.249.168.1&type=A`)).body;
  t.match(explained, /Germany, at 52\.52, 13\.4/);
  t.match(explained, /disabled \(until /);
  const refused = await get(`/explain?name=nowhere.example&from=5.249.168.1&type=A`);
  t.match(refused, { status: 422, body: /nowhere\.example is not a pool/ });
  if (spawnSync('w3m', ['-version']).error !== undefined) return;
  const read = (path: string): string =>
    spawnSync('w3m', ['-dump', '-O', 'UTF-8', '-cols', '100', `http://127.0.0.1:${port}${path}`], {
      encoding: 'utf8',
    }).stdout;
  const home = read('/');
  for (const words of [
    /^1 zone, 0 of 0 addresses up/m,
    /A map of the world/,
    /1\s+aurora\s+■\s+disabled/,
    /Explain an answer/,
  ]) {
    t.match(home, words);
  }
  t.match(read('/pool/dl.example.org/dl.example.org'), /aurora\s+192\.0\.2\.1\s+■\s+disabled/);
});

t.test('healthz stays good where a zone file is wrong, and says so', async (t) => {
  const { server, get } = await startWithHttp(t, {
    zones: { 'z.yaml': ZONE, 'y.yaml': ZONE.replace('zone: dl.example.org', 'zone: y.example') },
  });
  t.match(await get('/healthz'), { status: 200, body: /^ok: 2 zones\n/ });
  await server.write('zones/y.yaml', 'zone: y.example\nsecret: 1\n');
  t.equal((await server.run('reload')).code, 1);
  const { status, body } = await get('/healthz');
  t.equal(status, 200);
  t.match(body, /^ok: 2 zones\nwarning: y\.example: zones\/y\.yaml is wrong, its last good copy is served\n/);
  t.notMatch(body, /secret/);
  t.match(JSON.parse((await get('/status.json')).body).zones, [
    { error: 'zones/y.yaml:1:1\nzones/y.yaml:2:1' },
    {},
  ]);
});

t.test('a port that another program has is said, and nothing waits for it', async (t) => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  t.teardown(() => other.close());
  const address = other.address();
  const http = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const server = await startServer(t, { zones: { 'z.yaml': ZONE }, http });
  t.match(await server.log.waitFor('http-unavailable'), { listen: http, code: 'EADDRINUSE', level: 'warn' });
  const client = await udpClient(t, { port: server.port });
  t.same(await client.addresses({ name: NAME }), ['192.0.2.1']);
  t.match((await server.status()).http, { listen: [], unavailable: [/another program listens there/] });
  t.match(
    (await server.run('status')).stdout,
    new RegExp(`^no status at http://${http}: another program`, 'm'),
  );
});

t.test('whoever sends nonsense, or half of something, takes nobody’s turn', async (t) => {
  const { port, get, server } = await startWithHttp(t);
  const sockets = [
    'GET',
    'GET / HTTP/1.1\r\nHost: x',
    '\0\0\0\0',
    `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n\r\n`,
  ].map((octets) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('error', () => undefined);
    socket.write(octets);
    return socket;
  });
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
  });
  const many = await Promise.all(Array.from({ length: 100 }, () => get('/status.json')));
  t.ok(many.every(({ status }) => status === 200));
  t.equal((await get('/healthz')).status, 200);
  const { ms, code } = await server.stop();
  t.equal(code, 0);
  t.ok(ms < 2000, `the end took ${Math.round(ms)} ms`);
});
