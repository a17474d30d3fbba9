/**
 * The layout of what is handed over, checked by a digest: of a table with some of everything, octet by octet, and of the
 * numbers by which it is read. A change to any of it needs a new layout number.
 */
import { createHash } from 'node:crypto';
import t from 'tap';
import * as catchments from '../../src/answer/catchments.js';
import * as cookieSecrets from '../../src/answer/cookie-secrets.js';
import * as locate from '../../src/answer/locate.js';
import { PLAIN_POLICY } from '../../src/answer/policy.js';
import * as poolState from '../../src/answer/pool-state.js';
import * as proofs from '../../src/answer/proofs.js';
import * as strides from '../../src/answer/strides.js';
import * as table from '../../src/answer/table.js';
import * as prefixTree from '../../src/ip/prefix-tree.js';
import { type HandOver, LAYOUT } from '../../src/server/hand-over.js';
import { DEFAULT_TCP_LIMITS } from '../../src/server/tcp-admission.js';
import * as names from '../../src/wire/names.js';
import { makeTable } from '../compile/make-table.js';

/** Changed together, and never back. */
const KNOWN = { layout: 6, digest: '327fdee7b475f364' };

const ZONE = `zone: dl.example.org
ns: [ns1.dl.example.org, ns.example.net]
reflect: whoami
pools:
  "@": { answers: 2, max_share: 0.4 }
  near: { near_km: 0, same_country_first: true, mirrors: [a, b], panic_threshold: 0.5 }
mirrors:
  a: { addresses: [192.0.2.1, "2001:db8::1"], weight: 3, location: { country: DE, latitude: 52, longitude: 13 } }
  b: { addresses: [192.0.2.2], asn: [64500], only_countries: [DE, US], location: { country: US, latitude: 40, longitude: -75 } }
  c: { addresses: [192.0.2.3, 192.0.2.4], networks: [11.1.0.0/16], location: { country: JP, latitude: 35, longitude: 139 } }
records:
  ns1: { A: [192.0.2.53] }
  "@": { TXT: ["a text"], ttl: 600 }
  www: { CNAME: dl.example.org }
  "*.any": { TXT: [wild] }
`;

/** The same value in words: keys in their order, views by their kind and octets. */
function described(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteOffset, byteLength } = value;
    const octets = Buffer.from(buffer, byteOffset, byteLength).toString('base64');
    return `${Object.prototype.toString.call(value)} ${octets}`;
  }
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? 'function' : value;
  if (Array.isArray(value)) return value.map(described);
  return Object.entries(value).map(([key, inner]) => [key, described(inner)]);
}

t.test('another layout has another number', async (t) => {
  const made = makeTable([ZONE], {
    locations: {
      '11.0.0.0/8': { country_code: 'DE', latitude: 50, longitude: 10 },
      '12.0.0.0/8': { country_code: 'US', latitude: 40, longitude: -100 },
      '2001:db8::/32': 'JP',
    },
    asns: { '12.1.0.0/16': 64_500 },
    state: { '192.0.2.2': 'down' },
  });
  const handed: HandOver = {
    listen: [{ host: '127.0.0.1', port: 53 }],
    workers: 2,
    tcp: DEFAULT_TCP_LIMITS,
    tls: { certificate: 'PEM', key: 'PEM', handshakes: 20 },
    policy: {
      ...PLAIN_POLICY,
      nsid: Uint8Array.of(1),
      cookies: cookieSecrets.newCookieSecrets([new Uint8Array(cookieSecrets.SECRET_OCTETS)]),
    },
    table: made.table,
  };
  const numbers = [
    catchments,
    cookieSecrets,
    locate,
    poolState,
    proofs,
    prefixTree,
    strides,
    table,
    names,
  ].map((module) => Object.entries(module).filter(([, value]) => typeof value !== 'function'));
  const digest = createHash('sha256')
    .update(JSON.stringify(described([handed, numbers])))
    .digest('hex')
    .slice(0, 16);
  t.same({ layout: LAYOUT, digest }, KNOWN, 'give LAYOUT in src/server/hand-over.ts the next number');
});
