import t from 'tap';
import { canBeEmpty, hiddenByRefusal } from '../../../src/zone/warnings/empty-pools.js';
import { soundZone, zoneText } from '../zone-text.js';
import { SURROUNDINGS } from './surroundings.js';

const HEAD = 'resolvers keep that for all clients: have a mirror in it that admits everybody';

/** Of a zone with these mirrors, all of them in one pool. */
function warnings(...mirrors: string[]): string[] {
  const text = mirrors.map((rest, i) => {
    const addresses = rest.startsWith('four ')
      ? `[192.0.2.${i}]`
      : rest.startsWith('six ')
        ? `["2001:470::${i}"]`
        : `[192.0.2.${i}, "2001:470::${i}"]`;
    return `  m${i}: { addresses: ${addresses}, ${rest.replace(/^(four|six) /, '')} }`;
  });
  const zone = soundZone(zoneText({ mirrors: `mirrors:\n${text.join('\n')}` }));
  return canBeEmpty(zone, SURROUNDINGS).map(({ message }) => message);
}

function none(clients: string, address = 'address'): string {
  return `the pool "@" has no ${address} for ${clients}, and ${HEAD}`;
}

t.test('with a mirror that admits everybody no pool is empty, whatever else is in it', async (t) => {
  t.same(warnings('weight: 1', 'only_countries: [CH]', 'only_networks: [10.0.0.0/8]'), []);
  t.same(warnings('only_countries: [CH]', 'except_countries: [DE]', 'except_countries: [AT, FR]'), []);
  t.same(warnings('only_countries: [DE, AT]', 'except_countries: [DE]'), [], 'each fills in for the other');
});

t.test('mirrors for some countries only', async (t) => {
  t.same(warnings('only_countries: [CH]'), [none('clients that are not known to be in CH')]);
  t.same(warnings('only_countries: [CH, AT]', 'only_countries: [DE, CH]'), [
    none('clients that are not known to be in AT, CH, DE'),
  ]);
});

t.test('mirrors for all but some countries', async (t) => {
  t.same(warnings('except_countries: [MX, US]'), [none('clients in MX, US')]);
  t.same(warnings('except_countries: [MX, US]', 'except_countries: [US, CA]', 'only_countries: [MX]'), [
    none('clients in US'),
  ]);
});

t.test('mirrors for some networks only', async (t) => {
  t.same(warnings('only_networks: [10.0.0.0/8]'), [
    none('clients in none of the "only_networks" and "only_asn" of its mirrors'),
  ]);
  t.same(warnings('only_networks: [10.0.0.0/8]', 'only_countries: [CH]'), [
    none('clients that are not known to be in CH'),
  ]);
});

t.test('mirrors for some AS only, and for all but some', async (t) => {
  t.same(warnings('only_asn: [64500]', 'only_networks: [10.0.0.0/8]'), [
    none('clients in none of the "only_networks" and "only_asn" of its mirrors'),
  ]);
  t.same(warnings('only_asn: [64500]', 'weight: 1'), []);
  t.same(warnings('except_asn: [64500, 64501]', 'except_asn: [64501], except_networks: [10.0.0.0/8]'), [
    none('clients in AS64501'),
  ]);
  t.same(warnings('except_networks: [10.0.0.0/8]'), [none('clients in 10.0.0.0/8')]);
});

t.test('a pool that keeps clients out by rules of its own', async (t) => {
  const zone = soundZone(zoneText({ pools: 'pools: { "@": { only_asn: [64500] } }' }));
  t.same(
    canBeEmpty(zone, SURROUNDINGS).map(({ message }) => message),
    [
      'the pool "@" has no address for clients that its own rules keep out, and resolvers keep that for all clients',
    ],
  );
});

t.test('a mirror of weight 0 helps nobody', async (t) => {
  t.same(warnings('weight: 0', 'only_countries: [CH]'), [none('clients that are not known to be in CH')]);
});

t.test('each family is asked for by itself', async (t) => {
  const swiss = 'clients that are not known to be in CH';
  t.same(warnings('four weight: 1', 'only_countries: [CH]'), [none(swiss, 'IPv6 address')]);
  t.same(warnings('six weight: 1', 'only_countries: [CH]'), [none(swiss, 'IPv4 address')]);
  t.same(warnings('four except_countries: [US]', 'six only_countries: [CH]'), [
    none('clients in US', 'IPv4 address'),
    none(swiss, 'IPv6 address'),
  ]);
  t.same(warnings('four weight: 1'), [], 'that there is no IPv6 is true for all');
});

t.test('a mirror that is known by name may have addresses of both', async (t) => {
  const zone = zoneText({
    mirrors:
      'mirrors: { a: { hostname: a.example.net }, b: { addresses: [192.0.2.1], only_countries: [CH] } }',
  });
  t.same(canBeEmpty(soundZone(zone), SURROUNDINGS), []);
});

t.test('a pool without any IPv4 address is empty for many', async (t) => {
  const none = 'the pool "@" has no IPv4 address, and many clients have no IPv6';
  t.same(warnings('six weight: 1', 'six only_countries: [CH]'), [none]);
  t.same(warnings('six weight: 1', 'four weight: 0'), [], 'a disabled one is another matter');
});

t.test('a pool that says REFUSED, and no other', async (t) => {
  const said = (rcode: string) =>
    hiddenByRefusal(
      soundZone(zoneText({ pools: `pools: { get: { refuse: { countries: [CH], ${rcode} } } }` })),
      SURROUNDINGS,
    ).map(({ path, message }) => `${path.join('.')}: ${message}`);
  t.match(said('rcode: refused'), {
    0: /^pools\.get\.refuse\.rcode: the pool "get" says REFUSED, by which/,
    length: 1,
  });
  for (const fine of ['', 'rcode: nodata', 'rcode: nxdomain']) t.same(said(fine), []);
});

t.test('what a signed zone can say in one way only is no matter for a warning', async (t) => {
  const said = (pool: string, more = '', mirror = 'addresses: [192.0.2.1]') => {
    const zone = soundZone(
      zoneText({ pools: `pools: { "@": { ${pool} } }`, mirrors: `mirrors: { a: { ${mirror} } }`, more }),
    );
    return [canBeEmpty, hiddenByRefusal].flatMap((rule) => rule(zone, SURROUNDINGS));
  };
  const signed = 'dnssec: { key: /k }';
  for (const [pool, mirror] of [
    ['refuse: { countries: [CH], rcode: refused }'],
    ['only_countries: [CH]'],
    ['', 'addresses: [192.0.2.1], only_countries: [CH]'],
  ] as const) {
    t.same(said(`${pool === '' ? '' : `${pool}, `}may_be_empty: true`, signed, mirror), [], pool);
    t.equal(said(pool, '', mirror).length, 1, `${pool}, unsigned`);
    const meant = said(`${pool === '' ? '' : `${pool}, `}may_be_empty: true`, '', mirror);
    t.equal(meant.length, pool.startsWith('refuse') ? 1 : 0, `${pool}, unsigned and meant`);
  }
  t.match(said('', signed, 'addresses: ["2001:470::1"]'), [{ message: /has no IPv4 address/ }]);
});
