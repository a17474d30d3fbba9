/** What a signed zone can't have: what one client is told must be true for all. */
import t from 'tap';
import { testFaults } from './zone-faults.js';
import { faultsOf, type Sections, soundZone, zoneText } from './zone-text.js';

const signed = (sections: Sections): Sections => ({
  ...sections,
  more: `${sections.more ?? ''}\ndnssec: { key: /k }`,
});
const LACK = (record: string): RegExp =>
  new RegExp(
    `^some client may find no ${record} record here that others find, which a signed zone can't say`,
  );
const mirrors = (...each: string[]): string =>
  `mirrors:\n${each.map((keys, i) => `  m${i}: { ${keys} }`).join('\n')}`;
const [V4, V6, BOTH] = [
  'addresses: [192.0.2.1]',
  'addresses: ["2001:db8::1"]',
  'addresses: [192.0.2.2, "2001:db8::2"]',
];
const POOL = 'pools:\n  ⟦"@": {}';

testFaults('in a signed zone', [
  ['no key', { more: '⟦dnssec: {}' }, /^"key" is missing, expected the file that geopool dnssec keygen made/],
  ['an empty key', { more: 'dnssec: { key: ⟦"" }' }, /^"key" is empty, expected a path/],
  [
    'a name that reflects',
    signed({ more: '⟦reflect: me' }),
    /^"reflect" says something else to each client, which no signature can be made for ahead/,
  ],
  [
    'a refusal by NXDOMAIN',
    signed({ pools: 'pools: { get: { refuse: { asn: [1], rcode: ⟦nxdomain } } }' }),
    /^nxdomain would be proved to all clients in a signed zone: write rcode: refused/,
  ],
  [
    'a refusal without rcode',
    signed({ pools: 'pools: { get: { ⟦refuse: { asn: [1] } } }' }),
    /^nodata would be proved to all clients/,
  ],
  ['rules of the pool', signed({ pools: 'pools:\n  ⟦"@": { only_countries: [DE] }' }), LACK('A')],
  [
    'all mirrors with rules',
    signed({
      pools: POOL,
      mirrors: mirrors(`${V4}, except_asn: [1]`, `${V4.replace('1]', '9]')}, only_asn: [1]`),
    }),
    LACK('A'),
  ],
  [
    'the one for all disabled',
    signed({ pools: POOL, mirrors: mirrors(`${V4}, weight: 0`, `${BOTH}, only_asn: [1]`) }),
    LACK('A'),
  ],
  [
    'the one for all without the family',
    signed({ pools: POOL, mirrors: mirrors(V4, `${BOTH}, only_asn: [1]`) }),
    LACK('AAAA'),
  ],
  [
    'the one for all known by a name, which may have no address of the family',
    signed({ pools: POOL, mirrors: mirrors('hostname: a.example', `${V4}, only_asn: [1]`) }),
    LACK('A'),
  ],
  [
    'users who choose one with rules',
    signed({
      pools: 'pools: { "@": { ⟦choose: [mirror] } }',
      mirrors: mirrors(BOTH, `${V4}, only_asn: [1]`),
    }),
    /^at m1\.dl\.example\.org, which users may choose, some client may find no A record that others find, .* as the mirror "m1" keeps clients out/,
  ],
  [
    'users who choose a country that is not stated',
    signed({
      pools: 'pools: { "@": { ⟦choose: [country] } }',
      mirrors: mirrors(BOTH, `${V4}, only_asn: [1]`),
    }),
    /^at the name of its place, which users may choose, some client may find no A record/,
  ],
  [
    'only the listed, and no list for all',
    signed({
      pools: 'pools:\n  ⟦"@": { order: o, others: never }',
      mirrors: mirrors(V4),
      more: 'orders: { o: { countries: { DE: [m0] } } }',
    }),
    LACK('A'),
  ],
  [
    'a list without one of the family',
    signed({
      pools: 'pools:\n  ⟦"@": { order: o, others: never }',
      mirrors: mirrors(V4, V6),
      more: 'orders: { o: { countries: { DE: [m0] }, default: [m0, m1] } }',
    }),
    LACK('AAAA'),
  ],
]);

t.test('what has somebody for everybody is good', async (t) => {
  for (const sections of [
    {},
    { mirrors: mirrors(V4, `${V4.replace('1]', '9]')}, only_asn: [1]`) },
    { mirrors: mirrors(V4, V6) },
    { mirrors: mirrors('hostname: a.example', V4) },
    { mirrors: mirrors(V4, `${BOTH}, weight: 0, only_asn: [1]`) },
    { pools: 'pools: { "@": { refuse: { asn: [1], rcode: refused } } }' },
    { pools: 'pools: { "@": { choose: [country, mirror] } }', mirrors: mirrors(V4, V6) },
    {
      pools: 'pools: { "@": { order: o } }',
      mirrors: mirrors(V4),
      more: 'orders: { o: { countries: { DE: [m0] } } }',
    },
    {
      pools: 'pools: { "@": { order: o, others: never } }',
      mirrors: mirrors(BOTH, V4),
      more: 'orders: { o: { countries: { DE: [m0] }, default: [m1, m0] } }',
    },
    { pools: 'pools: { "@": { only_countries: [DE], may_be_empty: true } }' },
  ]) {
    t.same(faultsOf(zoneText(signed(sections))), [], JSON.stringify(sections));
  }
});

t.test('a zone that is not signed may have all of it', async (t) => {
  t.same(faultsOf(zoneText({ pools: 'pools: { "@": { only_asn: [1], refuse: { asn: [1] } } }' })), []);
});

t.test('the model has it', async (t) => {
  const zone = soundZone(zoneText(signed({ pools: 'pools: { "@": { may_be_empty: true }, b: {} }' })));
  t.same(zone.dnssec, { key: '/k' });
  t.same(
    zone.pools.map(({ mayBeEmpty }) => mayBeEmpty),
    [true, false],
  );
  t.notOk('dnssec' in soundZone(zoneText()));
});
