/**
 * Whether the answers that leave the sockets hold what `explain` promises, counted over real queries. One client socket is
 * served by one worker, whose walks are even: the bounds are the promised ones, and a correct server never misses them.
 */
import t, { type Test } from 'tap';
import type { Explanation } from '../../src/compile/explain.js';
import { parseAddress } from '../../src/ip/address.js';
import { askOften } from './ask-often.js';
import { CLIENTS } from './places.js';
import { type Server, startServer } from './server.js';

const QUERIES = 10_000;
/** A probability is told to one part of 2^28. */
const PART = 2 ** -28;
/** So many deviations of what is left to chance are missed less than once in a million times. */
const DEVIATIONS = 6;

const mirror = (name: string, number: number, weight: number, place: string): string =>
  `  ${name}: { addresses: [192.0.2.${number}, "2001:db8::${number}"], weight: ${weight}, location: ${place} }`;

const MIRRORS = `mirrors:
${mirror('aurora', 1, 10, '{ country: DE, latitude: 52.5, longitude: 13.4 }')}
${mirror('boreas', 2, 30, '{ country: DE, latitude: 50.1, longitude: 8.7 }')}
${mirror('cascade', 3, 20, '{ country: US, latitude: 41.9, longitude: -87.6 }')}
${mirror('dune', 4, 7, '{ country: US, latitude: 37.3, longitude: -121.9 }')}
${mirror('fuji', 5, 10, '{ country: JP, latitude: 35.7, longitude: 139.7 }')}
${mirror('galah', 6, 1, '{ country: AU, latitude: -33.9, longitude: 151.2 }')}
`;

const ZONE = `zone: dl.example.org
ns: [ns1.example.net]
pools:
  # Weight alone.
  flat: { answers: 3, near_km: 20000, probe: { type: none } }
  # Near first, and nobody in more than three fifths of the answers.
  capped: { answers: 3, max_share: 0.2, near_km: 500, probe: { type: none } }
  # Strictly the nearest, one address.
  nearest: { answers: 1, near_km: 0, max_share: 0.7, probe: { type: none } }
  # Six places in an answer for six mirrors.
  all: { answers: 6, probe: { type: none } }
${MIRRORS}`;

const v4 = [CLIENTS.berlin, CLIENTS.chicago, CLIENTS.tokyo];
const v6 = [CLIENTS.berlinV6, CLIENTS.chicagoV6];

async function explain(
  server: Server,
  name: string,
  subnet: string,
  type: 'A' | 'AAAA',
): Promise<Explanation> {
  const from = subnet.split('/', 1)[0] ?? '';
  const { status, body } = await server.request('POST', '/explain', JSON.stringify({ name, from, type }));
  if (status !== 200) throw new Error(body);
  return JSON.parse(body);
}

/** An address as it is on the wire. */
function hex(address: string): string {
  return Buffer.from(parseAddress(address)?.bytes ?? []).toString('hex');
}

async function compare(
  t: Test,
  server: Server,
  pool: string,
  subnet: string,
  type: 'A' | 'AAAA',
): Promise<void> {
  const name = `${pool}.dl.example.org`;
  const { answers, candidates } = await explain(server, name, subnet, type);
  const seen = await askOften(server.port, { name, type, subnet }, QUERIES);
  const known = new Set(candidates.map(({ address }) => hex(address)));
  t.same(
    [...seen.keys()].filter((address) => !known.has(address)),
    [],
    'nobody else is answered',
  );
  let all = 0;
  for (const { mirror, address, probability } of candidates) {
    const tally = seen.get(hex(address)) ?? [];
    const total = tally.reduce((sum, times = 0) => sum + times, 0);
    all += total;
    const what = `${pool} ${type} ${subnet} ${mirror}: ${total} of ${QUERIES}, promised ${probability}`;
    if (probability === 0) t.equal(total, 0, what);
    else t.ok(Math.abs(total - probability * QUERIES) <= 0.002 * QUERIES, what);
    for (let place = 0; place < answers; place++) {
      const times = tally[place] ?? 0;
      const chance = DEVIATIONS * Math.sqrt(total / answers);
      t.ok(Math.abs(times - total / answers) <= chance, `${what}: ${times} in place ${place + 1}`);
    }
  }
  t.equal(all, QUERIES * answers, 'every answer was full');
}

t.test('each mirror is answered as often as explain says, in every place', async (t) => {
  const server = await startServer(t, { zones: { 'dl.example.org.yaml': ZONE } });
  await t.test('IPv4', async (t) => {
    for (const pool of ['flat', 'capped', 'nearest']) {
      for (const subnet of v4) await compare(t, server, pool, subnet, 'A');
    }
    await compare(t, server, 'all', CLIENTS.tokyo, 'A');
  });
  await t.test('IPv6', async (t) => {
    for (const subnet of v6) await compare(t, server, 'capped', subnet, 'AAAA');
    // The resolver's own family has nothing to do with the question's.
    await compare(t, server, 'capped', CLIENTS.berlin, 'AAAA');
    await compare(t, server, 'flat', CLIENTS.chicagoV6, 'A');
  });
  await t.test('and those shares are what the zone asks for', async (t) => {
    const flat = await explain(server, 'flat.dl.example.org', CLIENTS.tokyo, 'A');
    const shares = flat.candidates.map(({ probability }) => probability);
    t.equal(Math.max(...shares), 1, 'weight 30 of 78 for three places is more than an answer can hold');
    const capped = await explain(server, 'capped.dl.example.org', CLIENTS.berlin, 'A');
    t.match(capped, { cap: 0.6000000000000001, cap_raised: false });
    const near = capped.candidates.filter(({ tier }) => tier === 'near').map(({ mirror }) => mirror);
    t.same(near.sort(), ['aurora', 'boreas']);
    for (const { mirror, probability } of capped.candidates) {
      t.ok(probability <= 0.6 + PART, `${mirror} within the cap`);
      if (near.includes(mirror)) t.ok(Math.abs(probability - 0.6) < PART, `${mirror} gets all that it may`);
    }
    const far = await explain(server, 'nearest.dl.example.org', CLIENTS.tokyo, 'A');
    const fuji = far.candidates.find(({ mirror }) => mirror === 'fuji');
    t.equal(fuji?.band, 1);
    t.ok(
      Math.abs((fuji?.probability ?? 0) - 0.7) < PART,
      'a lone mirror of a continent gets its share and no more',
    );
  });
});

t.test('a mirror with several addresses is answered as one mirror', async (t) => {
  const zone = `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { answers: 1, near_km: 20000, probe: { type: none } } }
mirrors:
  wide: { addresses: [192.0.2.1, 192.0.2.2, 192.0.2.3], weight: 1 }
  slim: { addresses: [192.0.2.9], weight: 2 }
`;
  const server = await startServer(t, { zones: { 'z.yaml': zone } });
  const seen = await askOften(server.port, { name: 'dl.example.org', subnet: CLIENTS.berlin }, QUERIES);
  const times = (address: string): number => seen.get(hex(address))?.[0] ?? 0;
  t.ok(Math.abs(times('192.0.2.9') - (QUERIES * 2) / 3) <= 0.002 * QUERIES);
  for (const last of [1, 2, 3]) {
    const off = Math.abs(times(`192.0.2.${last}`) - QUERIES / 9);
    t.ok(off <= DEVIATIONS * Math.sqrt(QUERIES / 9), `its address ${last}`);
  }
});
