import t from 'tap';
import { canBeEmpty } from '../../../src/zone/warnings/empty-pools.js';
import { idleAsns } from '../../../src/zone/warnings/idle.js';
import { idleSubdivisions, unusedOrders } from '../../../src/zone/warnings/orders.js';
import { fineNetworks } from '../../../src/zone/warnings/slips.js';
import type { Rule, Surroundings } from '../../../src/zone/warnings/warning.js';
import { soundZone, zoneText } from '../zone-text.js';
import { SURROUNDINGS } from './surroundings.js';

function said(rule: Rule, order: string, pool = 'order: world', more: Partial<Surroundings> = {}): unknown {
  const zone = zoneText({
    pools: `pools: { "@": { ${pool} } }`,
    mirrors: 'mirrors: { aurora: { addresses: [192.0.2.1] }, boreas: { addresses: ["2001:db8::1"] } }',
    more: `orders: { world: { ${order} } }`,
  });
  return rule(soundZone(zone), { ...SURROUNDINGS, ...more }).map(({ path, message }) => [
    path.join('.'),
    message,
  ]);
}

t.test('an order that no pool goes by', async (t) => {
  t.same(said(unusedOrders, 'default: [aurora]', ''), [
    ['orders.world', 'no pool goes by the order "world": write order: world in one'],
  ]);
  t.same(said(unusedOrders, 'default: [aurora]'), []);
});

t.test('subdivisions that nobody is in', async (t) => {
  const order = 'subdivisions: { US-TX: [aurora], US-XX: [aurora] }';
  t.same(said(idleSubdivisions, order), [
    [
      'orders.world.subdivisions.US-XX',
      '"US-XX" matches no client: the location database has no such subdivision',
    ],
  ]);
  t.same(said(idleSubdivisions, order, 'order: world', { subdivisions: () => new Set() }), [
    [
      'orders.world.subdivisions',
      'subdivisions of world match no client, for the location database has none: fetch GeoLite2-City, or name one as geo.city',
    ],
  ]);
  const unasked = {
    subdivisions() {
      throw new Error('nobody need read a database');
    },
  };
  t.same(said(idleSubdivisions, 'default: [aurora]', 'order: world', unasked), []);
});

t.test('AS numbers without a database, networks that are too fine', async (t) => {
  t.match(said(idleAsns, 'asn: { 64500: [aurora] }', 'order: world', { hasAsns: () => false }), [
    ['orders.world.asn', /^AS numbers of world match no client/],
  ]);
  t.match(said(fineNetworks, 'networks: { 198.51.100.0/25: [aurora], 192.0.2.0/24: [boreas] }'), [
    ['orders.world.networks.198.51.100.0/25', /^resolvers tell a \/24 of their clients at most/],
  ]);
});

t.test('clients whose list has nobody of a family', async (t) => {
  const order = 'default: [aurora, boreas], countries: { BR: [aurora] }, networks: { 10.0.0.0/8: [boreas] }';
  t.same(said(canBeEmpty, order, 'order: world, others: never'), [
    [
      'pools.@',
      'the pool "@" has no IPv4 address for clients of some lists of its order (networks: 10.0.0.0/8), as others is never, and resolvers keep that for all clients',
    ],
    [
      'pools.@',
      'the pool "@" has no IPv6 address for clients of some lists of its order (countries: BR), as others is never, and resolvers keep that for all clients',
    ],
  ]);
  t.same(said(canBeEmpty, order), []);
});
