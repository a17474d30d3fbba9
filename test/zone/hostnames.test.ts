import t from 'tap';
import { parseAddress } from '../../src/ip/address.js';
import { hostnamesOf, usableAddresses, withAddresses } from '../../src/zone/hostnames.js';
import { soundZone, zoneText } from './zone-text.js';

const addresses = (...texts: string[]) => texts.flatMap((text) => parseAddress(text) ?? []);

const zone = soundZone(
  zoneText({
    mirrors: `mirrors:
  aurora: { hostname: Aurora.example.net }
  boreas: { addresses: [192.0.2.2] }
  cascade: { hostname: cascade.example.net }
  twin: { hostname: aurora.example.net, probe: { type: none } }`,
  }),
);

t.test('names are found, and addresses put in their place', async (t) => {
  t.same(hostnamesOf([zone]), ['aurora.example.net', 'cascade.example.net']);
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

t.test('what can be the address of a server, each once, in a fixed order, not too many', async (t) => {
  const given = addresses('192.0.2.2', '192.0.2.1', '192.0.2.2', '0.0.0.0', '224.0.0.1', '::ffff:192.0.2.9');
  t.same(
    usableAddresses(given).map(({ text }) => text),
    ['192.0.2.1', '192.0.2.2'],
  );
  const many = Array.from({ length: 40 }, (_, i) => `192.0.2.${i + 1}`);
  t.equal(usableAddresses(addresses(...many)).length, 16);
});
