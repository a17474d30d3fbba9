/** The maps of a reflection say of each address what the databases say, special-purpose addresses aside. */
import fc from 'fast-check';
import t from 'tap';
import { catchmentIn, locateIPv4, locateIPv6, SPECIAL } from '../../../src/answer/locate.js';
import { compileReflection } from '../../../src/compile/map/reflection.js';
import { databaseOf } from '../../../src/geo/database.js';
import { unpackCountry } from '../../../src/geo/location-table.js';
import { mmdbOfBytes } from '../../../src/geo/mmdb-file.js';
import { scanAsnsOf } from '../../../src/geo/scan.js';
import { parseAddress } from '../../../src/ip/address.js';
import { specialBlockOf } from '../../../src/ip/special-purpose.js';
import { writeMmdb } from '../../mmdb-writer.js';

const locations = mmdbOfBytes(
  'locations',
  writeMmdb({
    type: 'Test-City',
    entries: {
      '5.0.0.0/8': { country_code: 'DE' },
      '5.64.0.0/10': { country_code: 'FR', latitude: 48.9, longitude: 2.4 },
      '5.80.0.0/12': { country_code: 'FR', latitude: 43.3, longitude: 5.4 },
      '10.0.0.0/8': { country_code: 'US' },
      '2a00::/16': { country_code: 'DE' },
    },
  }),
);
const owners = mmdbOfBytes(
  'asns',
  writeMmdb({
    type: 'Test-ASN',
    entries: {
      '5.0.0.0/9': { autonomous_system_number: 4_294_967_295 },
      '2a00:1::/32': { autonomous_system_number: 64_500 },
    },
  }),
);
const reflection = compileReflection({ locations, asns: scanAsnsOf(owners) });
const [countries, asns] = [databaseOf(locations), databaseOf(owners)];

t.test('countries and AS of any address', async (t) => {
  const octet = fc.nat(255);
  const ipv4 = fc
    .tuple(fc.constantFrom(5, 6, 10, 127), octet, octet, octet)
    .map((octets) => octets.join('.'));
  const group = fc.nat(0xffff).map((each) => each.toString(16));
  const ipv6 = fc
    .tuple(fc.constantFrom('2a00', '2a01', 'fd00'), fc.constantFrom('1', '2'), group)
    .map((groups) => `${groups.join(':')}::1`);
  fc.assert(
    fc.property(fc.oneof(ipv4, ipv6), (text) => {
      const address = parseAddress(text);
      if (address === null) throw new Error(text);
      const locate = address.family === 'ipv4' ? locateIPv4 : locateIPv6;
      const found = locate(reflection.countries, address.bytes, 0);
      const isSpecial = specialBlockOf(address) !== undefined;
      t.equal((found & SPECIAL) !== 0, isSpecial, text);
      const expected = isSpecial ? undefined : countries.locate(address).location.country;
      t.equal(unpackCountry(catchmentIn(found)), expected, text);
      const { map, numbers } = reflection.asns ?? {};
      if (map === undefined) throw new Error('there is a database of them');
      t.equal(numbers?.[catchmentIn(locate(map, address.bytes, 0))], asns.asnOf(address).asn ?? 0, text);
    }),
  );
});

t.test('places of one country are one', async (t) => {
  const { map } = reflection.countries;
  const one = compileReflection({
    locations: mmdbOfBytes(
      'one',
      writeMmdb({
        type: 'Test-City',
        entries: {
          '5.0.0.0/9': { country_code: 'DE', latitude: 1, longitude: 1 },
          '5.128.0.0/9': { country_code: 'DE' },
        },
      }),
    ),
  });
  t.ok(one.countries.map.length < map.length);
  t.equal(one.asns, undefined);
});
