import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, get } from 'node:http';
import t from 'tap';
import type { Explanation } from '../../src/compile/explain.js';
import type { MirrorReport } from '../../src/control/mirror-report.js';
import { GeopoolError } from '../../src/errors.js';
import { answerBy } from '../../src/http/answering.js';
import type { PoolFacts, Source } from '../../src/http/messages.js';
import { createMetrics } from '../../src/http/metrics.js';
import { makeRoutes } from '../../src/http/site.js';
import { mirrorReport, NOW, statusReport, zoneReport } from '../report/status-report.js';
import { makeOutlines } from './make-outlines.js';
import { activeParts, nestingFault } from './markup.js';

makeOutlines();

const EVIL = '<script>"x"</script>\u202e';

/** A mirror of which everything there is to say could be markup. */
const MIRRORS: readonly MirrorReport[] = [
  mirrorReport({
    state: 'down',
    cause: EVIL,
    warnings: [EVIL],
    last_probe: { at: '2026-01-01T23:59:00Z', ok: false, ms: 3 },
  }),
  mirrorReport({
    name: 'boreas',
    address: '192.0.2.20',
    enabled: false,
    override: { state: 'down', since: '2026-01-01T00:00:00Z' },
  }),
];

const FACTS: PoolFacts = {
  mirrors: [
    { name: 'aurora', place: { country: 'DE', point: { latitude: 52, longitude: 13 } } },
    { name: 'boreas', place: {} },
  ],
  families: [
    {
      family: 'ipv4',
      candidates: [
        { weight: 1, asn: [], networks: [] },
        { weight: 1, asn: [], networks: [] },
      ],
      settings: { answers: 1, nearKm: 500, sameCountryFirst: false },
      question: {
        owner: 'dl.example.org',
        seats: ['aurora', 'boreas'].map((mirror, i) => ({
          mirror,
          weight: 1,
          addresses: [{ text: `192.0.2.${i}`, family: 'ipv4' as const, bytes: Uint8Array.of(192, 0, 2, i) }],
        })),
        answers: 1,
        maxShare: 1,
        health: [
          { standing: 'up', growth: 10 },
          { standing: 'off', growth: 10 },
        ],
        epoch: 1,
      },
    },
  ],
};

const EXPLANATION: Explanation = {
  name: 'dl.example.org',
  type: 'A',
  client: { ip: '198.51.100.7', country: 'DE', scope: 24 },
  answers: 1,
  cap: 1,
  cap_raised: false,
  panic: true,
  candidates: [
    {
      mirror: 'aurora',
      address: '192.0.2.10',
      distance_km: 12.3,
      band: 1,
      tier: 'near',
      weight: 1,
      probability: 1,
      note: EVIL,
    },
  ],
  excluded: [{ mirror: 'boreas', address: null, reason: EVIL }],
};

async function open(source: Partial<Source> = {}) {
  const status = statusReport({
    zones: [{ ...zoneReport(MIRRORS), error: `zones/z.yaml:1:2: ${EVIL}` }],
    geo_problems: [EVIL],
    refused: [{ file: `zones/${EVIL}`, error: EVIL }],
  });
  const full: Source = {
    status: async () => status,
    history: async () => {
      throw new GeopoolError('REQUEST_REFUSED', 'nothing is remembered');
    },
    pool: async () => FACTS,
    explain: async () => EXPLANATION,
    ...source,
  };
  const faults: string[] = [];
  const parts = {
    source: full,
    metrics: createMetrics(),
    host: EVIL,
    version: '1',
    now: () => NOW,
    monotonic: () => 0,
  };
  const server = createServer(
    answerBy({ ...makeRoutes(parts), hosts: [], onFault: (error) => faults.push(error) }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return {
    faults,
    async ask(path: string, headers: Record<string, string> = {}) {
      const [response] = await once(
        get({ host: '127.0.0.1', port, path, headers, agent: false }),
        'response',
      );
      const body = (await response.setEncoding('utf8').toArray()).join('');
      return { status: response.statusCode, headers: response.headers, body };
    },
  };
}

const POOL = '/pool/dl.example.org/dl.example.org';
const MAP = '/map/dl.example.org/dl.example.org';
const EXPLAIN = '/explain?name=dl.example.org&from=198.51.100.7&type=A';

t.test('whatever zone files, mirrors and askers say, pages are what they seem', async (t) => {
  const { ask, faults } = await open();
  const evil = encodeURIComponent(EVIL);
  for (const path of [
    '/',
    POOL,
    MAP,
    '/explain',
    EXPLAIN,
    `/explain?name=${evil}&from=${evil}&type=${evil}`,
    `/${evil}`,
  ]) {
    const { body, headers } = await ask(path);
    t.equal(nestingFault(body), undefined, path);
    t.same(activeParts(body), [], path);
    t.notMatch(body, /\u202e/, path);
    t.match(headers['content-type'], path === MAP ? 'image/svg+xml' : 'text/html', path);
    const [, style = ''] = /<style>([^<]*)<\/style>/.exec(body) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    t.ok(String(headers['content-security-policy']).includes(`'sha256-${hash}'`), `${path} may be styled`);
  }
  t.same(faults, []);
});

t.test('the first page has what is wrong first, and the map with its words', async (t) => {
  const { body } = await (await open()).ask('/');
  const words = [
    '0 of 1 address up',
    'critical',
    'is down for 1d',
    'without an end',
    MAP,
    '▼\u00a0down',
    '■\u00a0disabled',
    POOL,
  ];
  for (const word of words) t.ok(body.includes(word), word);
  t.ok(body.indexOf('is down for 1d') < body.indexOf('<img'), 'before the map');
  t.match(body, /GeoLite Data created by MaxMind/);
});

t.test('the page of a pool, which nobody remembers anything of', async (t) => {
  const { body, status } = await (await open()).ask(POOL);
  t.equal(status, 200);
  for (const word of [
    '1\u00a0aurora',
    '192.0.2.20',
    'disabled by an operator',
    'Nothing is remembered',
    'China, India',
  ]) {
    t.ok(body.includes(word), word);
  }
});

t.test('an explanation, what is wrong with a question, and one that another site asks', async (t) => {
  const refused = await open({
    explain: async ({ from }) => {
      throw new GeopoolError('REQUEST_REFUSED', `${from} is not an IP address`);
    },
  });
  const { ask } = await open();
  const { body } = await ask(EXPLAIN);
  for (const word of ['Germany', 'scope /24', 'Panic', '100 %', 'value="198.51.100.7"'])
    t.ok(body.includes(word), word);
  t.match(await refused.ask('/explain?name=dl.example.org&from=x'), {
    status: 422,
    body: /x is not an IP address/,
  });
  const foreign = await ask(EXPLAIN, { 'sec-fetch-site': 'cross-site' });
  t.equal(foreign.status, 403);
  t.notMatch(foreign.body, /Germany/);
  t.equal(
    (await ask('/explain?name=dl.example.org', { 'sec-fetch-site': 'cross-site' })).status,
    200,
    'the form alone',
  );
});

t.test('what is not there', async (t) => {
  const { ask } = await open();
  for (const path of [
    '/pool',
    '/pool/dl.example.org',
    '/pool/dl.example.org/x',
    `${POOL}/more`,
    '/map/x/y',
    '/explain/x',
    '/metrics/x',
    '/%',
  ]) {
    t.match(await ask(path), { status: 404, body: /There is no such page/ }, path);
  }
});

t.test('a defect is said in the log, and not to who asked', async (t) => {
  const { ask, faults } = await open({
    status: async () => {
      throw new TypeError('secret');
    },
  });
  t.match(await ask('/'), { status: 500, body: /defect/ });
  t.notMatch((await ask('/metrics')).body, /secret/);
  t.same(faults, ['secret', 'secret']);
});
