import t from 'tap';
import { fineNetworks, missingNames, relativeNames, strayPlaces } from '../../../src/zone/warnings/slips.js';
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

t.test('names in records of every type', async (t) => {
  const more = `records:
  m: { MX: 10 mx }
  _http._tcp: { SRV: 0 0 443 host }
  p: { PTR: dl }
  h: { HTTPS: 0 cdn }
  s: { SVCB: 1 svc }
  n: { MX: 0 . }
  o: { MX: 10 mx.example.net }`;
  t.same(
    said(relativeNames, { more }).map((text) => text.split(' is ')[0]),
    [
      'records m MX 0: "mx"',
      'records _http._tcp SRV 0: "host"',
      'records p PTR 0: "dl"',
      'records h HTTPS 0: "cdn"',
      'records s SVCB 0: "svc"',
    ],
  );
});

t.test('names of the zone that have nothing', async (t) => {
  const there = ['dl.example.org', 'eu.dl.example.org', 'www.dl.example.org', 'x.w.dl.example.org'];
  const others = ['de.eu.dl.example.org', 'x.sub.dl.example.org', 'x.inner.dl.example.org', 'a.example.net'];
  const records = [...there, ...others, '_acme-challenge.dl.example.org'].map(
    (target, i) => `  t${i}: { CNAME: ${target} }`,
  );
  const sections = {
    pools: 'pools: { "@": {}, eu: { choose: [country] } }',
    more: `records:
  www: { TXT: x }
  "*.w": { TXT: x }
  sub: { NS: ns.example.net }
${records.join('\n')}
  gone: { CNAME: nobody.dl.example.org }
  mail: { MX: [10 mx.example.net, 20 mx.dl.example.org] }`,
  };
  const zones = [{ name: 'inner.dl.example.org', file: 'inner.yaml' }];
  t.same(said(missingNames, sections, { zones }), [
    'records gone CNAME 0: nobody.dl.example.org is a name of this zone that has neither records nor a pool',
    'records mail MX 1: mx.dl.example.org is a name of this zone that has neither records nor a pool',
  ]);
});

t.test('an alias at a wildcard is not answered by that wildcard', async (t) => {
  const more = `records:
  "*": { CNAME: nobody.dl.example.org }
  "*.a": { CNAME: www.dl.example.org }
  "*.b": { CNAME: x.c.dl.example.org }
  "*.c": { TXT: c }
  www: { CNAME: x.a.dl.example.org }`;
  t.same(said(missingNames, { more }), [
    'records * CNAME 0: nobody.dl.example.org is a name of this zone that has neither records nor a pool',
  ]);
});

t.test('coordinates that stray', async (t) => {
  const mirrors = `mirrors:
  a: { addresses: [192.0.2.1], location: { country: DE, latitude: 52.5, longitude: -113.4 } }
  b: { addresses: [192.0.2.2], location: { latitude: 52.5, longitude: -113.4 } }
  c: { addresses: [192.0.2.3], location: { country: DE } }`;
  const straysTo = (_: unknown, country: string): string | undefined => (country === 'DE' ? 'CA' : undefined);
  t.same(said(strayPlaces, { mirrors }, { straysTo }), [
    'mirrors a location latitude: latitude 52.5, longitude -113.4 is in or at CA, far from DE: is a sign missing?',
  ]);
  t.same(said(strayPlaces, { mirrors }, { straysTo, isSwapped: () => true }), [
    'mirrors a location latitude: latitude 52.5, longitude -113.4 is far from DE, and latitude -113.4, longitude 52.5 is in it: swap the two',
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
