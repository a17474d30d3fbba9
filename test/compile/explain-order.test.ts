/** Which list of an order counts, why those who are in none are left out, and what is said of it. */
import t from 'tap';
import { describeOrder } from '../../src/compile/explain-order.js';
import { makeTable } from './make-table.js';

const ZONE = `
zone: dl.example.org
ns: [ns.example.net]
pools:
  "@": { answers: 1, order: world }
  only: { answers: 1, order: world, others: never }
  none: { answers: 1, order: far }
  plain: {}
mirrors:
  iad: { addresses: [192.0.2.1], location: { country: US, latitude: 39, longitude: -77 } }
  dfw: { addresses: [192.0.2.2], location: { country: US, latitude: 33, longitude: -97 } }
  fra: { addresses: [192.0.2.3], location: { country: DE, latitude: 50, longitude: 9 } }
  lon: { addresses: [192.0.2.4], location: { country: GB, latitude: 51, longitude: 0 }, except_countries: [FR] }
  own: { addresses: [192.0.2.5], location: { country: JP }, networks: [11.9.0.0/16] }
orders:
  world:
    default: [iad, fra]
    continents: { EU: [[fra, lon], iad] }
    countries: { FR: [lon, dfw] }
    subdivisions: { US-TX: [dfw, iad] }
    asn: { 64500: [lon] }
    networks: { 11.8.0.0/16: [fra], 11.8.1.0/24: [dfw], 11.9.1.0/24: [dfw] }
  far: { continents: { AF: [iad] } }
`;
const made = makeTable([ZONE], {
  locations: {
    '11.0.0.0/8': { country: { iso_code: 'US' }, subdivisions: [{ iso_code: 'TX' }] },
    '12.0.0.0/8': { country_code: 'US' },
    '13.0.0.0/8': { country_code: 'FR', continent_code: 'OC' },
    '14.0.0.0/8': { country_code: 'GB' },
    '15.0.0.0/8': { country_code: 'GB', continent_code: 'AF' },
  },
  asns: { '14.5.0.0/16': 64_500 },
});

/** The list that counts, then each band that the order or a network makes. */
function told(from: string, owner = 'dl.example.org'): string[] {
  const { order, candidates } = made.explain(owner, 'ipv4', from);
  const bands = candidates.flatMap(({ mirror, band, tier }) =>
    tier === 'order' || tier === 'network' ? [`${band} ${mirror} ${tier}`] : [],
  );
  return [order === undefined ? '' : describeOrder(order), ...bands];
}

t.test('the most specific list counts', async (t) => {
  t.same(told('11.1.0.1'), ['order world, subdivisions: US-TX', '1 dfw order', '2 iad order']);
  t.same(told('12.1.0.1'), ['order world, default', '1 iad order', '2 fra order']);
  t.same(told('14.1.0.1'), ['order world, continents: EU', '1 lon order', '1 fra order', '2 iad order']);
  t.same(told('15.1.0.1'), ['order world, default', '1 iad order', '2 fra order'], 'Africa, by the database');
  t.same(told('14.5.0.1'), ['order world, asn: 64500', '1 lon order']);
  t.same(told('11.8.0.1'), ['order world, networks: 11.8.0.0/16', '1 fra order']);
  t.same(told('11.8.1.1'), ['order world, networks: 11.8.1.0/24', '1 dfw order']);
  t.same(told('99.0.0.1'), ['order world, default', '1 iad order', '2 fra order'], 'nobody knows where');
});

t.test("a mirror's own network and rules come first", async (t) => {
  t.same(told('11.9.1.1'), ['order world, networks: 11.9.1.0/24', '1 own network', '2 dfw order']);
  t.same(told('13.0.0.1'), ['order world, countries: FR', '1 dfw order']);
});

t.test('those in no list: behind, or never', async (t) => {
  const { candidates } = made.explain('dl.example.org', 'ipv4', '12.0.0.1');
  t.same(
    candidates.map(({ mirror, band, tier }) => [mirror, band, tier]),
    [
      ['iad', 1, 'order'],
      ['fra', 2, 'order'],
      ['dfw', 3, 'far'],
      ['lon', 3, 'far'],
      ['own', 3, 'far'],
    ],
  );
  const only = made.explain('only.dl.example.org', 'ipv4', '13.0.0.1');
  t.same(
    only.candidates.map(({ mirror }) => mirror),
    ['dfw'],
  );
  const reason = 'others: never; not in order world, countries: FR';
  t.same(only.excluded, [
    { mirror: 'iad', address: '192.0.2.1', reason },
    { mirror: 'fra', address: '192.0.2.3', reason },
    { mirror: 'lon', address: '192.0.2.4', reason: 'except_countries: FR; the client is in FR' },
    { mirror: 'own', address: '192.0.2.5', reason },
  ]);
});

t.test('no list for the client, no order', async (t) => {
  t.same(told('12.0.0.1', 'none.dl.example.org'), ['order far, no list for this client']);
  t.same(told('15.0.0.1', 'none.dl.example.org'), ['order far, continents: AF', '1 iad order']);
  t.same(told('12.0.0.1', 'plain.dl.example.org'), ['']);
  t.match(made.explain('dl.example.org', 'ipv4', '11.1.0.1'), {
    client: { country: 'US', subdivision: 'US-TX' },
    order: { name: 'world', by: 'subdivisions', key: 'US-TX' },
  });
});
