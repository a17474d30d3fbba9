/** Which names a zone has, and what they hold; how it is said is tested where it is asked (test/answer). */
import t from 'tap';
import { openZone, prepareZone } from '../../../src/compile/zones/zone-answers.js';
import { soundZone } from '../../zone/zone-text.js';

const ZONE = soundZone(`
zone: example.org
ns: [ns.example.org]
pools: { p.q: {}, none: {} }
mirrors: { m: { addresses: [192.0.2.9] } }
records:
  ns: { A: [192.0.2.53] }
  a.b: { TXT: [x] }
  "*.w": { TXT: [y] }
  alias: { CNAME: p.q.example.org }
  down: { CNAME: x.cut.example.org }
`);
const families = (owner: string) => (owner === 'p.q.example.org' ? (['ipv4'] as const) : []);

t.test('names, with what is between them and the apex', async (t) => {
  const { nodes, zone, missing } = prepareZone(openZone(ZONE, families));
  t.equal(zone, 'example.org');
  t.same([...nodes.keys()].map((name) => name.replace(/\.?example\.org$/, '')).sort(), [
    '',
    '*.w',
    'a.b',
    'alias',
    'b',
    'down',
    'none',
    'ns',
    'p.q',
    'q',
    'w',
  ]);
  t.equal(missing?.rcode, 3);
});

t.test('types of a name', async (t) => {
  const { nodes } = prepareZone(openZone(ZONE, families));
  const types = (name: string): number[] =>
    [...(nodes.get(`${name}example.org`)?.byType.keys() ?? [])].sort((a, b) => a - b);
  t.same(types(''), [2, 6, 255]);
  t.same(types('ns.'), [1, 255]);
  t.same(types('p.q.'), [1, 255]);
  t.same(types('none.'), [], 'a pool without an address');
  t.same(types('b.'), []);
  t.same(types('alias.'), [1, 5, 255]);
  const { pool, body } = nodes.get('alias.example.org')?.byType.get(1) ?? {};
  t.same(
    [pool?.zone, pool?.owner, pool?.family, body?.aliasAt],
    ['example.org', 'p.q.example.org', 'ipv4', 12],
  );
  t.equal(nodes.get('p.q.example.org')?.byType.get(1)?.body.aliasAt, -1);
});

t.test('zones inside', async (t) => {
  const { nodes } = prepareZone(openZone(ZONE, families, ['x.y.cut.example.org', 'cut.example.org']));
  t.ok(nodes.has('y.cut.example.org'));
  t.equal(nodes.get('down.example.org')?.otherwise?.rcode, 0, 'an alias into one ends there');
  t.equal(prepareZone(openZone(ZONE, families)).nodes.get('down.example.org')?.otherwise?.rcode, 3);
});
