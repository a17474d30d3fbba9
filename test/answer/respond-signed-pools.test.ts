/** Signed pools: who is drawn as without DNSSEC, with a signature that holds, whatever changes meanwhile. */
import fc from 'fast-check';
import t from 'tap';
import { adoptTable } from '../../src/answer/responder.js';
import { SIGN_BURST } from '../../src/answer/sign-budget.js';
import { hitsOf, newHits } from '../../src/answer/tally.js';
import { seededRandom } from '../../src/platform/random.js';
import type { AddressState } from '../../src/select/health-view.js';
import { answerOctets, type Made } from '../compile/make-table.js';
import { query, subnet } from '../dns-message.js';
import { makeKeys } from '../dnssec/make-keys.js';
import { readMessage } from '../dnssec/wire-message.js';
import { A, AAAA, ask, counts, NOW, type Scene, scene, signed, ZONE } from './signed-pools.js';

const WEEK = 7 * 86_400_000;
const RRSIG = 46;

/** A pool of mirrors with as many addresses each as it is said. */
function zoneOf(addresses: readonly number[], pool = '', more = ''): string {
  const mirrors = addresses.map(
    (count, i) =>
      `  m${i}: { addresses: [${Array.from({ length: count }, (_, j) => `10.${i >> 8}.${i & 255}.${j + 1}, "2001:db8::${i}:${j + 1}"`).join(', ')}] }\n`,
  );
  return `zone: ${ZONE}
ns: [ns.example.net]
pools: { "@": { probe: { type: none }${pool} } }
mirrors:
${mirrors.join('')}${more}`;
}

const ALIASES = `records:
  www: { CNAME: ${ZONE} }
  "*.any": { CNAME: www.${ZONE} }
`;

t.test('an answer has the RRSIG of its addresses, and only where DO is set', async (t) => {
  const it = scene(zoneOf([1, 1, 1, 1], '', ALIASES));
  for (let i = 0; i < 40; i++) {
    t.equal(ask(it).length, 3);
    t.equal(ask(it, { type: AAAA }).length, 3);
    t.equal(ask(it, { name: `www.${ZONE}` }).length, 3);
    t.equal(ask(it, { name: `x.any.${ZONE}`, type: AAAA }).length, 3);
  }
  // Four mirrors, three at a time, in each family; the owner is the pool's whoever leads there.
  t.match(counts(it), { signed: 8, known: 152, stoodIn: 0 });
  const plain = readMessage(answerOctets(it.responder, query({ name: ZONE, edns: {} })));
  t.notOk(plain.records.some(({ type }) => type === RRSIG));
});

t.test('eight IPv6 addresses fit, and where there is no room the answer is truncated', async (t) => {
  const name = `${'x'.repeat(60)}.${ZONE}`;
  const alias = `records: { ${'x'.repeat(60)}: { CNAME: ${ZONE} } }`;
  const it = scene(zoneOf([1, 1, 1, 1, 1, 1, 1, 1], ', answers: 8', alias));
  const asked = (size: number): Uint8Array =>
    answerOctets(it.responder, query({ name, type: AAAA, edns: { size, dnssecOk: true } }));
  const whole = asked(1232);
  t.equal(readMessage(whole).records.length, 11);
  t.equal(asked(whole.length).length, whole.length);
  const cut = readMessage(asked(whole.length - 1));
  t.ok(cut.tc);
  t.equal(cut.records.length, 0);
});

t.test('signatures hold for any pool, and however it stands', async () => {
  const state = fc.constantFrom<AddressState>('up', 'up', 'up', 'down', 'new', 'off');
  const pool = fc.record({
    addresses: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 12 }),
    answers: fc.integer({ min: 1, max: 8 }),
    maxShare: fc.constantFrom(0.05, 0.2, 1),
    panic: fc.constantFrom('answer', 'servfail'),
    algorithm: fc.constantFrom(13 as const, 15 as const),
    states: fc.array(state, { minLength: 36, maxLength: 36 }),
    ttls: fc.array(fc.integer({ min: 5, max: 60 }), { minLength: 36, maxLength: 36 }),
    type: fc.constantFrom(A, AAAA),
  });
  fc.assert(
    fc.property(pool, ({ addresses, answers, maxShare, panic, algorithm, states, ttls, type }) => {
      const text = zoneOf(addresses, `, answers: ${answers}, max_share: ${maxShare}, panic: ${panic}`);
      const it = scene(text, {}, makeKeys(ZONE, algorithm));
      const family = type === A ? 'ipv4' : 'ipv6';
      it.stand(it.numberOf(ZONE, family), { state: states, lifetimes: ttls });
      const off = new Set(addressesThat(it, type, (i) => states[i] === 'off'));
      for (let i = 0; i < 20; i++) for (const one of ask(it, { type })) if (off.has(one)) return false;
      return true;
    }),
    { numRuns: 20 },
  );
});

/** The addresses of the zone's pool whose number is such, as hex. */
function addressesThat(made: Made, type: number, isSuch: (number: number) => boolean): readonly string[] {
  const pool = made.table.pools[made.numberOf(ZONE, type === A ? 'ipv4' : 'ipv6')];
  if (pool === undefined) return [];
  const { addresses, addressLength } = pool;
  const octets = Buffer.from(addresses.buffer, addresses.byteOffset, addresses.byteLength);
  return Array.from({ length: octets.length / addressLength }, (_, i) => i)
    .filter(isSuch)
    .map((i) => octets.toString('hex', i * addressLength, (i + 1) * addressLength));
}

t.test('one choice for all mirrors with several addresses: there are few sets', async (t) => {
  const it = scene(zoneOf([2, 2, 2]));
  for (let i = 0; i < 400; i++) ask(it);
  t.equal(counts(it).signed, 2);
  const seen = hitsOf(it.responder.hits, it.numberOf(ZONE)).slice(1, 7);
  t.ok(seen.every((hits) => Math.abs(hits - 200) < 60));
});

t.test('a large pool, which has a tail', async (t) => {
  const it = scene(zoneOf(new Array<number>(600).fill(1), ', max_share: 0.01'));
  for (let i = 0; i < 60; i++) t.equal(new Set(ask(it)).size, 3);
});

const FEW_LOCATIONS = { '5.0.0.0/8': 'DE', '12.0.0.0/8': 'US', '46.0.0.0/8': 'CH' };
const NETWORKS = ['5.1.2.0/24', '12.1.2.0/24', '46.1.2.0/24', '127.9.9.0/24'];
const SPREAD = `zone: ${ZONE}
ns: [ns.example.net]
pools: { "@": { answers: 2, max_share: 0.3, probe: { type: none } } }
mirrors:
  a: { addresses: [192.0.2.1], weight: 5, location: { country: DE } }
  b: { addresses: [192.0.2.2, 192.0.2.3], location: { country: FR } }
  c: { addresses: [192.0.2.4], location: { country: US }, only_countries: [US, CH] }
  d: { addresses: [192.0.2.5], weight: 2, location: { country: US } }
  e: { addresses: [192.0.2.6], location: { country: JP } }
  f: { addresses: [192.0.2.7], location: { country: JP }, except_countries: [DE] }
  g: { addresses: [192.0.2.8], location: { country: AU }, backup: true }
`;

/** The chi-square of two counts of the same things, each in as many draws. */
function chiSquare(one: Float64Array, other: Float64Array): number {
  return one.reduce((sum, count, i) => {
    const both = count + (other[i] ?? 0);
    return both === 0 ? sum : sum + (count - (other[i] ?? 0)) ** 2 / both;
  }, 0);
}

function sharesOf(dnssecOk: boolean, network: string, isOverBudget = false): Float64Array {
  const it = scene(SPREAD, { locations: FEW_LOCATIONS });
  if (isOverBudget) it.responder.signing.budget.left = -1;
  for (let i = 0; i < 4000; i++) {
    answerOctets(it.responder, query({ name: ZONE, edns: { dnssecOk, options: [subnet(network)] } }));
    if (isOverBudget && i % 10 === 0) it.responder.monotonic++;
  }
  return hitsOf(it.responder.hits, 0).slice(-9, -1);
}

t.test('shares are those of unsigned answers', async (t) => {
  for (const network of NETWORKS) {
    const [plain, signed] = [sharesOf(false, network), sharesOf(true, network)];
    t.equal(
      signed.reduce((sum, hits) => sum + hits),
      8000,
    );
    // 7 degrees of freedom: 24.3 has a probability of a thousandth.
    t.ok(chiSquare(plain, signed) < 24.3, `${network}: ${plain} and ${signed}`);
    t.ok(chiSquare(plain, sharesOf(true, network, true)) < 24.3, 'a budget that comes late changes nothing');
  }
});

t.test('over the budget clients get what is signed already, and nobody who is not for them', async (t) => {
  const it = scene(SPREAD, { locations: FEW_LOCATIONS });
  const { budget } = it.responder.signing;
  const refused: Record<string, readonly string[]> = {
    '5.1.2.0/24': ['c0000204', 'c0000207'],
    '127.9.9.0/24': ['c0000204'],
  };
  const state = (b: AddressState, e: AddressState): AddressState[] => [
    'up',
    b,
    'up',
    'up',
    'up',
    e,
    'up',
    'up',
  ];
  budget.left = 3;
  let most = 0;
  for (const [round, [b, e]] of (
    [
      ['up', 'up'],
      ['off', 'up'],
      ['up', 'off'],
      ['down', 'down'],
    ] as const
  ).entries()) {
    it.stand(0, { state: state(b, e) });
    for (let i = 0; i < 50; i++) {
      for (const network of NETWORKS) {
        const answer = ask(it, { network });
        if (answer.length !== 2) t.fail('not as many as are wanted');
        for (const address of answer) {
          if (refused[network]?.includes(address)) t.fail(`${address} is not for ${network}`);
          if (b !== 'up' && address === 'c0000202') t.fail('it is down');
          if (e !== 'up' && address === 'c0000206') t.fail('it is down');
          if (address === 'c0000208') t.fail('it is a backup');
        }
      }
    }
    const { signed, stoodIn } = counts(it);
    t.ok(signed - most <= 8, `${signed} signed in round ${round}: no more than there was nothing for`);
    t.ok(stoodIn > 75 * round);
    most = signed;
  }
  const { responder } = it;
  const hits = hitsOf(responder.hits, 0)
    .slice(-9, -1)
    .reduce((sum, own) => sum + own);
  t.equal(hits, 2 * 4 * 200, 'those are counted that were answered');
});

t.test('random subnets have no more signed than the budget, and everybody is answered', async (t) => {
  const random = seededRandom(7);
  const locations: Record<string, { country_code: string; latitude: number; longitude: number }> = {};
  for (let i = 1; i < 200; i++)
    locations[`${i}.0.0.0/8`] = {
      country_code: 'DE',
      latitude: random() * 120 - 60,
      longitude: random() * 300 - 150,
    };
  const mirrors = Array.from(
    { length: 60 },
    (_, i) =>
      `  m${i}: { addresses: [192.0.2.${i + 1}], location: { country: DE, latitude: ${random() * 120 - 60}, longitude: ${random() * 300 - 150} } }\n`,
  );
  const it = scene(
    `zone: ${ZONE}\nns: [ns.example.net]\npools: { "@": { max_share: 0.1, probe: { type: none } } }\nmirrors:\n${mirrors.join('')}`,
    { locations },
  );
  const asks = 3000;
  for (let i = 0; i < asks; i++) {
    const network = `${1 + Math.floor(random() * 199)}.0.0.0/24`;
    // All within one moment.
    const octets = answerOctets(
      it.responder,
      query({ name: ZONE, edns: { dnssecOk: true, options: [subnet(network)] } }),
    );
    if (readMessage(octets).records.length !== 4) t.fail('somebody is not answered');
    if (i % 100 === 0) t.equal(ask(it, { network }).length, 3);
  }
  const { signed, known, stoodIn } = counts(it);
  t.equal(signed, SIGN_BURST);
  t.ok(stoodIn > 500);
  t.equal(signed + known + stoodIn, asks + asks / 100);
});

t.test('a verdict is in the very next answer', async (t) => {
  const it = scene(zoneOf([1, 1, 1, 1, 1]));
  const random = seededRandom(3);
  for (let i = 0; i < 300; i++) {
    const state = Array.from({ length: 5 }, (): AddressState => (random() < 0.4 ? 'down' : 'up'));
    it.stand(0, { state });
    if (!state.includes('up')) continue;
    const down = addressesThat(it, A, (number) => state[number] === 'down');
    if (random() < 0.2) it.responder.signing.budget.left = 0;
    t.notOk(ask(it).some((address) => down.includes(address)));
  }
});

t.test('signatures are renewed in time, and the time may go back', async (t) => {
  const it = scene(zoneOf([1]));
  for (const now of [NOW, NOW + WEEK, NOW + 3 * WEEK, NOW, NOW - WEEK]) {
    it.responder.now = now;
    ask(it);
    ask(it);
  }
  t.match(counts(it), { signed: 4, known: 6 });
});

t.test('what was signed stays good over generations, and is never taken for what it is not', async (t) => {
  const keys = makeKeys(ZONE);
  const it = scene(zoneOf([1, 1, 1, 1]), {}, keys);
  for (let i = 0; i < 40; i++) ask(it);
  t.equal(counts(it).signed, 4);
  const adopt = (text: string, by = keys): Scene => {
    const made = signed(text, by);
    adoptTable(it.responder, made.table, newHits(made.table.pools));
    return { ...made, responder: it.responder, keys: by };
  };
  // Another pool comes before it, so that it has another number.
  const before = zoneOf([1, 1, 1, 1]).replace('pools: {', 'pools: { a: { probe: { type: none } },');
  const moved = adopt(before);
  for (let i = 0; i < 40; i++) ask(moved);
  t.equal(counts(it).signed, 4, 'a new generation of the same');
  for (let i = 0; i < 40; i++) ask(moved, { name: `a.${ZONE}` });
  t.equal(counts(it).signed, 8, 'the same addresses at another name');
  const fewer = adopt(zoneOf([1, 1, 1, 1]).replace('m0: {', 'n0: { weight: 0,'));
  for (let i = 0; i < 40; i++) ask(fewer);
  t.equal(counts(it).signed, 8, 'one mirror less is one of the sets that there were');
  const ttl = adopt(zoneOf([1, 1, 1, 1]).replace('ns:', 'ttl: 30\nns:'));
  for (let i = 0; i < 40; i++) ask(ttl);
  t.equal(counts(it).signed, 12, 'another original TTL');
  const rolled = adopt(zoneOf([1, 1, 1, 1]), makeKeys(ZONE));
  for (let i = 0; i < 40; i++) ask(rolled);
  t.equal(counts(it).signed, 16, 'another key');
  adopt(zoneOf([1, 1, 1, 1]));
  const again = adopt(before);
  for (let i = 0; i < 40; i++) ask(again, { name: `a.${ZONE}` });
  for (let i = 0; i < 40; i++) ask(again);
});
