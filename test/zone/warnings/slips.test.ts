import t from 'tap';
import { fineNetworks, relativeNames, strayPlaces } from '../../../src/zone/warnings/slips.js';
import type { Rule, Surroundings } from '../../../src/zone/warnings/warning.js';
import { type Sections, soundZone, zoneText } from '../zone-text.js';
import { SURROUNDINGS } from './surroundings.js';

function said(rule: Rule, sections: Sections, more: Partial<Surroundings> = {}): readonly string[] {
  return rule(soundZone(zoneText(sections)), { ...SURROUNDINGS, ...more }).map(
    ({ path, message }) => `${path.join(' ')}: ${message}`,
  );
}

t.test('names that would be in the zone if they were relative', async (t) => {
  const relative = (name: string): string =>
    `"${name}" is a whole name here, not one of the zone: write ${name}.dl.example.org if that is meant`;
  t.same(said(relativeNames, { ns: 'ns: [ns1, ns2.example.net]' }), [`ns 0: ${relative('ns1')}`]);
  t.same(
    said(relativeNames, {
      pools: 'pools: { "@": {}, eu.cdn: {} }',
      more: 'records: { a: { CNAME: eu.cdn }, b: { CNAME: www }, c: { CNAME: www.example.net }, d: { CNAME: cdn.eu. }, e: { NS: [ns.example.net, ns1] } }',
    }),
    [
      `records a CNAME 0: ${relative('eu.cdn')}`,
      `records b CNAME 0: ${relative('www')}`,
      `records e NS 1: ${relative('ns1')}`,
    ],
  );
});

t.test('coordinates that stray', async (t) => {
  const mirrors = `mirrors:
  a: { addresses: [192.0.2.1], location: { country: DE, latitude: 52.5, longitude: -113.4 } }
  b: { addresses: [192.0.2.2], location: { latitude: 52.5, longitude: -113.4 } }
  c: { addresses: [192.0.2.3], location: { country: DE } }`;
  const straysTo = (_: unknown, country: string): string | undefined => (country === 'DE' ? 'CA' : undefined);
  t.same(said(strayPlaces, { mirrors }, { straysTo }), [
    'mirrors a location latitude: latitude 52.5, longitude -113.4 is in or at CA, far from DE: is a sign missing, or are the two swapped?',
  ]);
  t.same(said(strayPlaces, { mirrors }), []);
});

t.test('networks finer than what resolvers tell', async (t) => {
  const mirrors = `mirrors:
  a:
    addresses: [192.0.2.1]
    networks: [198.51.100.0/24, 198.51.100.128/25, "2001:db8::/56", "2001:db8:0:100::/64", 10.1.2.3/32, "fd00::/64"]
  b: { addresses: [192.0.2.2], only_networks: [203.0.113.9/32] }`;
  const pools = 'pools: { "@": { refuse: { networks: [198.51.100.0/24, 198.51.101.0/25] } } }';
  t.same(said(fineNetworks, { mirrors, pools }), [
    'pools @ refuse networks 1: resolvers tell a /24 of their clients at most, so the network 198.51.101.0/25 matches only who asks from there himself',
    'mirrors a networks 1: resolvers tell a /24 of their clients at most, so the network 198.51.100.128/25 matches only who asks from there himself',
    'mirrors a networks 3: resolvers tell a /56 of their clients at most, so the network 2001:db8:0:100::/64 matches only who asks from there himself',
    'mirrors b only_networks 0: resolvers tell a /24 of their clients at most, so the address 203.0.113.9/32 matches only who asks from there himself',
  ]);
});
