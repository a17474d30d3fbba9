/** What a zone delegates; referrals to the octet are tested where they are asked for (test/answer). */
import t from 'tap';
import { answerDs, delegationsOf, prepareCut, referTo } from '../../../src/compile/zones/delegations.js';
import { openZone } from '../../../src/compile/zones/zone-answers.js';
import { soundZone } from '../../zone/zone-text.js';

const ZONE = soundZone(`
zone: example.org
ns: [ns.example.net]
pools: { "@": {} }
mirrors: { m: { addresses: [192.0.2.9] } }
records:
  a.b: { NS: [ns.a.b.example.org, ns.c.example.org, ns.example.net] }
  ns.a.b: { A: 192.0.2.1 }
  c: { NS: [ns.c.example.org], DS: '1 13 9 00' }
  ns.c: { A: 192.0.2.2 }
  www: { A: 192.0.2.3 }
`);
const delegations = delegationsOf(ZONE);
const OPEN = openZone(ZONE, () => []);

t.test('which names are delegated', async (t) => {
  t.same(delegations.cuts, ['a.b.example.org', 'c.example.org']);
  t.equal(delegations.cutOf('x.y.a.b.example.org'), 'a.b.example.org');
  t.equal(delegations.cutOf('c.example.org'), 'c.example.org');
  for (const name of ['b.example.org', 'example.org', 'www.example.org', 'xc.example.org'])
    t.equal(delegations.cutOf(name), undefined, name);
});

t.test('glue is what is inside', async (t) => {
  const { an, ns, ar, glue } = referTo('a.b.example.org', OPEN).body;
  t.same([an, ns, ar, glue], [0, 3, 2, 1]);
});

t.test('all but DS is a referral', async (t) => {
  const { byType, otherwise, below } = prepareCut('c.example.org', OPEN);
  t.same([...byType.keys()], [43]);
  t.equal(byType.get(43)?.referral, undefined);
  t.equal(otherwise?.referral, true);
  t.equal(below, otherwise);
  const records = (cut: string): number => answerDs(cut, OPEN).body.an;
  t.same([records('c.example.org'), records('a.b.example.org')], [1, 0]);
});
