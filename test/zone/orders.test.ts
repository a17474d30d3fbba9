import t from 'tap';
import { pool, testFaults } from './zone-faults.js';
import { type Sections, soundZone, zoneText } from './zone-text.js';

const order = (text: string): Sections => ({
  pools: 'pools: { "@": { order: world } }',
  mirrors: `mirrors:\n${['iad', 'fra', 'sin', 'fra2'].map((name, i) => `  ${name}: { addresses: [192.0.2.${i}] }\n`).join('')}`,
  more: `orders:\n  world:\n    ${text}`,
});

t.test('lists by client, each mirror in the first entry that means it', async (t) => {
  const zone = soundZone(
    zoneText(
      order(`default: [iad, "fra*", sin]
    continents: { EU: [[fra, fra2], iad], AS: ["*"] }
    countries: { NO: [fra] }
    subdivisions: { US-TX: [iad, "*"] }
    asn: { 64500: [sin] }
    networks: { 198.51.100.0/24: [sin], 2001:db8::/32: [iad] }`),
    ),
  );
  const [world] = zone.orders;
  t.same(
    world?.lists.map((list) => [
      list.by,
      list.by === 'default' ? undefined : list.by === 'networks' ? list.key.text : list.key,
      list.entries,
    ]),
    [
      ['continents', 'EU', [['fra', 'fra2'], ['iad']]],
      ['continents', 'AS', [['iad', 'fra', 'sin', 'fra2']]],
      ['countries', 'NO', [['fra']]],
      ['subdivisions', 'US-TX', [['iad'], ['fra', 'sin', 'fra2']]],
      ['asn', 64_500, [['sin']]],
      ['networks', '198.51.100.0/24', [['sin']]],
      ['networks', '2001:db8::/32', [['iad']]],
      ['default', undefined, [['iad'], ['fra', 'fra2'], ['sin']]],
    ],
  );
  t.same(zone.pools[0]?.order, { ...world, others: 'nearest' });
  t.same(soundZone(zoneText()).orders, []);
});

testFaults('lists of an order', [
  [
    'an unknown mirror',
    order('default: [iad, ⟦frra]'),
    /^"frra" is not a mirror of this zone; did you mean "fra"\?$/,
  ],
  [
    'among equals',
    order('default: [iad, [fra, ⟦x]]'),
    /^"x" is not a mirror of this zone, expected one of: iad, /,
  ],
  ['a glob of nobody', order('countries: { BR: [⟦"g*"] }'), /^"g\*" is not a mirror of this zone$/],
  ['twice', order('default: [iad, fra, ⟦iad]'), /^"iad" is in this list before: take it out here, or there$/],
  ['behind its glob', order('default: ["f*", ⟦fra]'), /^"fra" is in this list before/],
  ['nobody', order('countries: { ⟦BR: [] }'), /^the list is empty: name a mirror, or leave it out$/],
  ['an empty entry', order('default: [iad, ⟦[]]'), /^the entry is empty: leave it out$/],
  ['a number', order('default: [⟦1]'), /^item 1 of "default" must be text or a list, found the number 1$/],
  [
    'no lists',
    { more: 'orders:\n  ⟦world: {}' },
    /^the order "world" has no lists: write default: \[MIRROR, \.\.\.\], or leave it out$/,
  ],
]);

testFaults('whom a list of an order is for', [
  [
    'a continent',
    order('continents: { ⟦XX: [iad] }'),
    /^"XX" is not the code of a continent, expected one of: AF, /,
  ],
  ['a country', order('countries: { ⟦UK: [iad] }'), /^"UK" is not a country code: write GB$/],
  [
    'a state by its name',
    order('subdivisions: { ⟦Texas: [iad] }'),
    /^"Texas" is not the code of a subdivision, expected ISO 3166-2 such as US-TX$/,
  ],
  [
    'in lower case',
    order('subdivisions: { ⟦us-tx: [iad] }'),
    /^"us-tx" is not the code of a subdivision: write US-TX$/,
  ],
  [
    'of no country',
    order('subdivisions: { ⟦UK-ENG: [iad] }'),
    /^"UK-ENG" is not the code of a subdivision, expected/,
  ],
  [
    'an AS number',
    order('asn: { ⟦AS64500: [iad] }'),
    /^"AS64500" is not an AS number, expected 1 to 4294967295$/,
  ],
  ['an address', order('networks: { ⟦192.0.2.1: [iad] }'), /^"192.0.2.1" has no length/],
  [
    'a network twice',
    order('networks:\n      10.0.0.0/8: [iad]\n      ⟦"::ffff:10.0.0.0/104": [fra]'),
    /^"::ffff:10\.0\.0\.0\/104" is the same network as that of line 13$/,
  ],
  ['an unknown kind', order('⟦cities: { Berlin: [iad] }'), /^unknown key "cities"/],
]);

testFaults('the order of a pool', [
  [
    'an unknown one',
    { ...order('default: [iad]'), ...pool('order: ⟦wrld') },
    /^"wrld" is not an order of this zone; did you mean "world"\?$/,
  ],
  ['of a zone without', pool('order: ⟦world'), /^"world" is not an order of this zone$/],
  ['others alone', pool('⟦others: never'), /^"others" without "order": name one, or leave it out$/],
  [
    'others of another kind',
    { ...order('default: [iad]'), ...pool('order: world\n    others: ⟦last') },
    /^"others" can't be the text "last", expected one of: nearest, never$/,
  ],
]);
