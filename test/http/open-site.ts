/** The whole site, as a client over HTTP sees it, of a server that has all kinds of trouble. */
import { once } from 'node:events';
import { createServer, get } from 'node:http';
import t from 'tap';
import type { Explanation } from '../../src/compile/explain.js';
import type { MirrorReport } from '../../src/control/mirror-report.js';
import { answerBy } from '../../src/http/answering.js';
import type { PoolFacts, Source } from '../../src/http/messages.js';
import { createMetrics } from '../../src/http/metrics.js';
import { makeRoutes, type SiteParts } from '../../src/http/site.js';
import { GeopoolError } from '../../src/platform/errors.js';
import { FLEET, mirrorReport, NOW, statusReport, zoneReport } from '../report/status-report.js';
import { makeOutlines } from './make-outlines.js';

makeOutlines();

/** What would be a script, or turn the reading around. */
export const EVIL = '<script>"x"</script>\u202e';

/** A mirror of which everything there is to say could be markup. */
const MIRRORS: readonly MirrorReport[] = [
  mirrorReport({
    state: 'down',
    cause: EVIL,
    warnings: [EVIL],
    last_probe: { at: '2026-01-01T23:59:00Z', ok: false, ms: 3 },
    fleet: {
      verdict: 'down',
      since: '2026-01-01T23:00:00Z',
      members: [
        { member: 'ns1.example.org', state: 'down', since: '2026-01-01T22:00:00Z', cause: EVIL },
        { member: 'ns2.example.net' },
      ],
    },
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
        members: ['aurora', 'boreas'].map((mirror, i) => ({
          mirror,
          weight: 1,
          backup: false,
          addresses: [{ text: `192.0.2.${i}`, family: 'ipv4' as const, bytes: Uint8Array.of(192, 0, 2, i) }],
        })),
        answers: 1,
        maxShare: 1,
        panic: 'answer',
        health: [
          { state: 'up', growth: 10 },
          { state: 'off', growth: 10 },
        ],
        epoch: 1,
      },
    },
  ],
};

export const EXPLANATION: Explanation = {
  name: 'dl.example.org',
  type: 'A',
  client: { ip: '198.51.100.7', country: 'DE', scope: 24 },
  answers: 1,
  cap: 1,
  cap_raised: false,
  panic: true,
  panic_action: 'answer',
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

/** What a site is made from: what `source` says, and all the rest could be markup. */
export function partsOf(source: Partial<Source> = {}): SiteParts {
  const status = statusReport({
    zones: [{ ...zoneReport(MIRRORS), error: `zones/z.yaml:1:2: ${EVIL}` }],
    geo_problems: [EVIL],
    refused: [{ file: `zones/${EVIL}`, error: EVIL }],
    fleet: FLEET,
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
  return {
    source: full,
    metrics: createMetrics(),
    host: EVIL,
    version: '1',
    now: () => NOW,
    monotonic: () => 0,
  };
}

/** The site on a port of its own. */
export async function open(source: Partial<Source> = {}) {
  const faults: string[] = [];
  const server = createServer(
    answerBy({ ...makeRoutes(partsOf(source)), hosts: [], onFault: (error) => faults.push(error) }),
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

export const POOL = '/pool/dl.example.org/dl.example.org';
export const MAP = '/map/dl.example.org/dl.example.org';
export const EXPLAIN = '/explain?name=dl.example.org&from=198.51.100.7&type=A';
