import t from 'tap';
import { canBeEmpty } from '../../../src/zone/warnings/empty-pools.js';
import { answersNobody } from '../../../src/zone/warnings/nobody.js';
import { soundZone, zoneText } from '../zone-text.js';
import { SURROUNDINGS } from './surroundings.js';

/** Of a pool with these rules, and one mirror with those. */
function said(pool: string, mirror = '', more = ''): readonly string[] {
  const sections = {
    pools: `pools: { "@": { ${pool} } }`,
    mirrors: `mirrors:\n  a: { addresses: [192.0.2.1], ${mirror} }\n${more}`,
  };
  const zone = soundZone(zoneText(sections));
  const remarks = answersNobody(zone, SURROUNDINGS);
  const all = remarks.some(({ message }) => message.includes('answers nobody'));
  if (all) t.same(canBeEmpty(zone, SURROUNDINGS), [], 'that some are left out is no news then');
  return remarks.map(({ message }) => message.replace(/: .*/, ''));
}

const NOBODY = ['the pool "@" answers nobody'];

t.test('rules that leave nobody', async (t) => {
  t.same(said('only_countries: [BR]', 'only_countries: [JP, KR]'), NOBODY);
  t.same(said('only_countries: [BR]', 'except_countries: [BR]'), NOBODY);
  t.same(said('refuse: { countries: [JP] }', 'only_countries: [JP]'), NOBODY);
  t.same(said('only_asn: [64500]', 'only_asn: [64501]'), NOBODY);
  t.same(said('refuse: { asn: [64500] }', 'only_asn: [64500]'), NOBODY);
  t.same(said('refuse: { networks: [0.0.0.0/0, "::/0"] }'), NOBODY);
});

t.test('no client of one family', async (t) => {
  t.same(said('refuse: { networks: [0.0.0.0/0] }'), ['the pool "@" answers no client with an IPv4 address']);
  t.same(said('', 'except_networks: ["::/0"]'), ['the pool "@" answers no client with an IPv6 address']);
});

t.test('rules that leave somebody', async (t) => {
  t.same(said('only_countries: [BR]', 'only_countries: [JP, BR]'), []);
  t.same(said('only_countries: [BR]', 'only_countries: [JP]', '  b: { addresses: [192.0.2.2] }'), []);
  t.same(said('only_asn: [64500, 64501]', 'except_asn: [64500]'), []);
  t.same(said('refuse: { countries: [JP], networks: [0.0.0.0/1] }'), []);
  t.same(said('', 'weight: 0, only_countries: [JP]'), [], 'a disabled one is another matter');
});
