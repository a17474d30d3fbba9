import t from 'tap';
import { parseAddress } from '../../src/ip/address.js';
import { hostnamesOf, hostWarnings, mostOf, sortOut, withAddresses } from '../../src/zone/hostnames.js';
import { soundZone, zoneText } from './zone-text.js';

const addresses = (...texts: string[]) => texts.flatMap((text) => parseAddress(text) ?? []);

const zone = soundZone(
  zoneText({
    mirrors: `mirrors:
  aurora: { hostname: Aurora.example.net }
  boreas: { addresses: [192.0.2.2] }
  cascade: { hostname: cascade.example.net }
  twin: { hostname: aurora.example.net, probe: { type: none } }`,
    more: 'special_addresses: [192.0.2.0/24, "2001:db8::/32"]',
  }),
);

t.test('names are found, and addresses put in their place', async (t) => {
  const names = hostnamesOf([
    zone,
    soundZone(zoneText({ mirrors: 'mirrors: { a: { hostname: a.example } }' })),
  ]);
  t.same(
    Array.from(names, ([name, networks]) => [name, [...networks].map(({ text }) => text)]),
    [
      ['aurora.example.net', ['192.0.2.0/24', '2001:db8::/32']],
      ['cascade.example.net', ['192.0.2.0/24', '2001:db8::/32']],
      ['a.example', []],
    ],
  );
  t.same(
    zone.mirrors.map(({ hostname, addresses }) => [hostname, addresses.length]),
    [
      ['aurora.example.net', 0],
      [undefined, 1],
      ['cascade.example.net', 0],
      ['aurora.example.net', 0],
    ],
  );
  const known = new Map([['aurora.example.net', addresses('192.0.2.1', '192.0.2.2', '2001:db8::1')]]);
  t.same(
    withAddresses(zone, known).mirrors.map((mirror) => mirror.addresses.map(({ text }) => text)),
    [['192.0.2.1', '2001:db8::1'], ['192.0.2.2'], [], []],
    'an address that a mirror has stays its own',
  );
  t.equal(withAddresses(soundZone(zoneText()), known).mirrors.length, 2);
});

t.test('no special-purpose address becomes a mirror’s that the zone does not allow', async (t) => {
  const known = new Map([
    ['aurora.example.net', addresses('192.0.2.1', '127.0.0.1', '169.254.169.254', '10.0.0.1', 'fd00::1')],
  ]);
  t.same(
    withAddresses(zone, known).mirrors[0]?.addresses.map(({ text }) => text),
    ['192.0.2.1'],
  );
});

const texts = (list: readonly { readonly text: string }[]) => list.map(({ text }) => text);

t.test('an answer is sorted out: each address once, what is special-purpose refused', async (t) => {
  const given = [
    '8.8.8.8',
    '8.8.8.8',
    '0.0.0.0',
    '224.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:127.0.0.1',
    'fe80::1',
  ];
  const { usable, refused } = sortOut(addresses(...given, '192.0.2.1'), zone.specialAddresses);
  t.same(texts(usable), ['8.8.8.8', '192.0.2.1']);
  t.same(texts(refused), ['0.0.0.0', '224.0.0.1', '::ffff:127.0.0.1', 'fe80::1']);
  t.same(texts(hostWarnings('a.example', refused, usable)), [
    'a.example has special-purpose addresses, which special_addresses does not allow: 0.0.0.0 (unspecified), 224.0.0.1 (multicast), ::ffff:127.0.0.1 (loopback), fe80::1 (link-local)',
  ]);
});

t.test('eight of a family are used, those that were before first, and more are said', async (t) => {
  const many = addresses(...Array.from({ length: 40 }, (_, i) => `192.0.2.${i + 11}`));
  const few = addresses('2001:db8::2', '2001:db8::1');
  t.same(texts(mostOf([...many.slice(0, 9).reverse(), ...few])), [
    ...texts(many.slice(0, 8)),
    '2001:db8::1',
    '2001:db8::2',
  ]);
  const before = mostOf(many.slice(20));
  t.same(texts(mostOf(many, before)), texts(before), 'whatever else there is');
  t.same(
    texts(mostOf(many, many.slice(39))),
    [...texts(many.slice(0, 7)), '192.0.2.50'],
    'what is free is filled',
  );
  t.same(texts(hostWarnings('a.example', [], [...many.slice(0, 9), ...few])), [
    'a.example has 9 IPv4 addresses, more than a mirror should: 8 are used',
  ]);
  t.same(hostWarnings('a.example', [], [...many.slice(0, 8), ...few]), []);
});
