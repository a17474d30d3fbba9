import t from 'tap';
import { tightWorldShares } from '../../../src/zone/warnings/world-shares.js';
import { soundZone, zoneText } from '../zone-text.js';
import { SURROUNDINGS } from './surroundings.js';

const said = (pool: string, ...mirrors: string[]): readonly string[] =>
  tightWorldShares(
    soundZone(
      zoneText({
        pools: `pools: { "@": { ${pool} } }`,
        mirrors: `mirrors:\n${mirrors.map((keys, i) => `  m${i}: { ${keys} }`).join('\n')}`,
      }),
    ),
    SURROUNDINGS,
  ).map(({ message }) => message);

const four = (i: number, more = ''): string => `addresses: [192.0.2.${i}]${more}`;

t.test('limits that no number of good mirrors could keep', async (t) => {
  t.same(said('max_world_share: 0.3', four(1), four(2), four(3)), [
    'the mirrors of the pool "@" with IPv4 addresses may have 90 % of its traffic together by max_world_share: they get more than that even while all are up',
  ]);
  t.same(
    said('max_world_share: 0.1', ...Array.from({ length: 10 }, (_, i) => four(i + 1))),
    [],
    'just enough',
  );
  t.same(said('', four(1)), [], 'no limit');
  t.same(
    said('max_world_share: 0.5', four(1), four(2, ', weight: 0')).length,
    1,
    'who is disabled takes nothing',
  );
});

t.test("a mirror's own limit, and a family with few addresses", async (t) => {
  t.same(said('max_world_share: 0.3', four(1), four(2), four(3, ', max_world_share: 0.4')), []);
  t.same(said('', four(1, ', max_world_share: 0.4'), four(2)), [], 'the other has no limit');
  t.match(said('max_world_share: 0.5', four(1), 'addresses: [192.0.2.9, "2001:db8::1"]'), {
    0: /with IPv6 addresses may have 50 %/,
    length: 1,
  });
  t.same(said('max_world_share: 0.5', four(1), 'hostname: m.example.net').length, 1, 'it may have both');
});
