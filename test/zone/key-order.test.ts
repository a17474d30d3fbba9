import t from 'tap';
import { keyOrderOf } from '../../src/zone/key-order.js';
import { zoneJsonSchema } from '../../src/zone/schema.js';

t.test('keys have the order of the schema, and names have none', async (t) => {
  const zone = keyOrderOf(zoneJsonSchema());
  t.same(zone.keys.slice(0, 3), ['zone', 'ns', 'soa']);
  t.same(zone.below('mirrors').keys, []);
  t.equal(zone.below('mirrors').below('any').keys[0], 'addresses');
  t.same(zone.below('nothing').below('of the kind').keys, []);
});

t.test('lists are looked into, and values that are one thing or several', async (t) => {
  const zone = keyOrderOf(zoneJsonSchema());
  t.equal(zone.below('pools').below('@').below('probes').items().keys[0], 'type');
  t.same(zone.below('records').below('www').below('MX').items().keys, ['preference', 'exchange']);
});
