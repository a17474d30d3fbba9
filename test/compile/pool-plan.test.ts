/** Plans of pools: who has a seat, and which pools share a geography. */
import t from 'tap';
import { type GeographyPlan, mirrorsIn, type Plans, planPools } from '../../src/compile/pool-plan.js';
import { FAMILIES } from '../../src/platform/types.js';
import { toVector } from '../../src/select/distance.js';
import { soundZone } from '../zone/zone-text.js';

const MIRRORS = `
mirrors:
  a: { addresses: [192.0.2.1, "2001:db8::1", 192.0.2.11], weight: 5, location: { country: DE, latitude: 1, longitude: 2 }, asn: [64500], networks: [10.0.0.0/8, "2001:db8:f::/48"] }
  b: { addresses: ["2001:db8::2"], only_networks: [10.0.0.0/8, 11.0.0.0/8], only_countries: [DE, AT] }
  c: { addresses: [192.0.2.3], except_countries: [US] }
  off: { addresses: [192.0.2.4, "2001:db8::4"], weight: 0 }
`;

function plan(pools: string, mirrors = MIRRORS): Plans {
  const zone = soundZone(`zone: dl.example.org\nns: [ns.example.net]\nttl: 42\npools: ${pools}\n${mirrors}`);
  return planPools([zone], (_zone, { location: { country, latitude, longitude } }) => ({
    ...(country !== undefined && { country }),
    ...(latitude !== undefined && longitude !== undefined && { point: { latitude, longitude } }),
  }));
}

t.test(
  'seats are the mirrors with weight and an address of the family, in the order of the file',
  async (t) => {
    const { pools } = plan(
      '{ "@": { answers: 2, max_share: 0.4, panic_threshold: 0.3, mirrors: [c, b, a, off] } }',
    );
    t.same(
      pools.map(({ zone, owner, family, answers, maxShare, panicThreshold, ttl, members }) => ({
        head: [zone, owner, family, answers, maxShare, panicThreshold, ttl],
        seats: members.map(({ mirror, weight, addresses }) => [
          mirror,
          weight,
          ...addresses.map(({ text }) => text),
        ]),
      })),
      [
        {
          head: ['dl.example.org', 'dl.example.org', 'ipv4', 2, 0.4, 0.3, 42],
          seats: [
            ['c', 1, '192.0.2.3'],
            ['a', 5, '192.0.2.1', '192.0.2.11'],
          ],
        },
        {
          head: ['dl.example.org', 'dl.example.org', 'ipv6', 2, 0.4, 0.3, 42],
          seats: [
            ['b', 1, '2001:db8::2'],
            ['a', 5, '2001:db8::1'],
          ],
        },
      ],
    );
  },
);

t.test('a pool has no plan in a family that nobody has', async (t) => {
  const { pools } = plan('{ "@": { mirrors: [c] }, six: { mirrors: [b] }, none: { mirrors: [off] } }');
  t.same(
    pools.map(({ owner, family }) => `${owner} ${family}`),
    ['dl.example.org ipv4', 'six.dl.example.org ipv6'],
  );
});

t.test('candidates, and the networks that their ids stand for', async (t) => {
  const { geographies } = plan(
    '{ "@": { near_km: 7, answers: 4, same_country_first: true, mirrors: [a, b] } }',
  );
  const six = geographies[1];
  t.same(six, {
    candidates: [
      {
        weight: 5,
        point: toVector({ latitude: 1, longitude: 2 }),
        country: 'DE',
        asn: [64_500],
        networks: [0, 1],
      },
      { weight: 1, asn: [], networks: [], onlyCountries: ['DE', 'AT'], onlyNetworks: [0, 2] },
    ],
    networks: six?.networks ?? [],
    settings: { answers: 4, nearKm: 7, sameCountryFirst: true },
  } satisfies GeographyPlan);
  t.same(
    six?.networks.map(({ text }) => text),
    ['10.0.0.0/8', '2001:db8:f::/48', '11.0.0.0/8'],
    'each once',
  );
});

t.test('pools share a geography unless they may form other bands', async (t) => {
  const only = (mirrors: string): string => `mirrors: { ${mirrors} }`;
  const numbers = (pools: string, mirrors: string): number[] =>
    plan(pools, only(mirrors)).pools.map(({ geography }) => geography);
  const two =
    'a: { addresses: [192.0.2.1, "2001:db8::1"] }, b: { addresses: [192.0.2.2, "2001:db8::2"], location: { country: DE, latitude: 1, longitude: 1 } }';
  t.same(numbers('{ "@": {} }', two), [0, 0], 'both families');
  t.same(numbers('{ "@": {}, x: { max_share: 0.3 }, y: { panic_threshold: 0 } }', two), [0, 0, 0, 0, 0, 0]);
  t.same(numbers('{ "@": {}, x: { answers: 4 } }', two), [0, 0, 1, 1], 'bands end with twice the answers');
  t.same(numbers('{ "@": {}, x: { near_km: 1 }, y: { same_country_first: true } }', two), [0, 0, 1, 1, 2, 2]);
  t.same(numbers('{ "@": {}, x: { mirrors: [b, a] } }', two), [0, 0, 1, 1], 'the order says who is who');
  t.same(numbers('{ "@": {} }', `${two}, c: { addresses: [192.0.2.3] }`), [0, 1]);
});

t.test('the mirrors of a pool in a family', async (t) => {
  const zone = soundZone(`zone: dl.example.org\nns: [ns.example.net]\npools: { "@": {} }\n${MIRRORS}`);
  const [pool] = zone.pools;
  const names = FAMILIES.map((family) => pool && mirrorsIn(zone, pool, family).map(({ name }) => name));
  t.same(names, [
    ['a', 'c'],
    ['a', 'b'],
  ]);
});
