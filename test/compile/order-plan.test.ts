import t from 'tap';
import { planOrder } from '../../src/compile/order-plan.js';
import { soundZone, zoneText } from '../zone/zone-text.js';

t.test('lists that are alike for the candidates of a pool are one, longer networks come first', async (t) => {
  const zone = soundZone(
    zoneText({
      pools: 'pools: { "@": { order: world, others: never } }',
      mirrors: `mirrors:\n${['a', 'b', 'c'].map((name, i) => `  ${name}: { addresses: [192.0.2.${i}] }\n`).join('')}`,
      more: `orders:
  world:
    default: [a, b]
    countries: { DE: [c, a, b], FR: [[a, b]] }
    asn: { 64500: [c] }
    networks: { 10.0.0.0/8: [b, a], 10.1.0.0/16: [a, b, c] }`,
    }),
  );
  const [pool] = zone.pools;
  const members = zone.mirrors.filter(({ name }) => name !== 'c');
  if (pool?.order === undefined) throw new Error('the pool has no order');
  const texts: string[] = [];
  const { order, entries } = planOrder(pool.order, members, ({ text }) => texts.push(text) - 1);
  t.same(texts, ['10.1.0.0/16', '10.0.0.0/8']);
  t.same(order, {
    name: 'world',
    others: 'never',
    matches: [
      { by: 'networks', key: 0, list: 0 },
      { by: 'networks', key: 1, list: 1 },
      { by: 'countries', key: 'DE', list: 0 },
      { by: 'countries', key: 'FR', list: 2 },
      { by: 'asn', key: 64_500, list: 3 },
      { by: 'default', key: '', list: 0 },
    ],
  });
  t.same(entries, [
    [0, 1, 0, -1],
    [1, 0, 0, -1],
  ]);
});
