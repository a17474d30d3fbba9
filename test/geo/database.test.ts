import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { type Database, databaseOf, openDatabase } from '../../src/geo/database.js';
import { embeddedDatabasePath } from '../../src/geo/embedded.js';
import { mmdbOfBytes } from '../../src/geo/mmdb-file.js';
import { type Address, parseAddress } from '../../src/ip/address.js';
import { pointOfCountry } from '../../src/platform/countries.js';
import { type MmdbContent, writeMmdb } from '../mmdb-writer.js';
import { sharedDatabase } from './shared-databases.js';

function open(content: Partial<MmdbContent>): Database {
  return databaseOf(mmdbOfBytes('/d/x.mmdb', writeMmdb({ type: 'X-City', entries: {}, ...content })));
}

function address(text: string): Address {
  const parsed = parseAddress(text);
  if (parsed === null) throw new Error(`${text} is no address`);
  return parsed;
}

const berlin = { country: 'DE', point: { latitude: 52.5, longitude: 13.4 } };

t.test('both shapes of record', async (t) => {
  const database = open({
    entries: {
      '10.0.0.0/8': { country: { iso_code: 'DE' }, location: { latitude: 52.5, longitude: 13.4 } },
      '11.0.0.0/8': { country_code: 'DE', latitude: 52.5, longitude: 13.4 },
      '12.0.0.0/8': { country_code: 'DE', latitude: '52.5', longitude: '13.4' },
      '13.0.0.0/8': { country_code: 'DE', latitude: Float32Array.of(52.5), longitude: Float64Array.of(13.4) },
      '14.0.0.0/8': { country_code: 'DE' },
      '15.0.0.0/8': { country: { iso_code: 'DE' } },
      '16.0.0.0/8': { country_code: 'DE', latitude: '', longitude: '' },
      '17.0.0.0/8': { location: { latitude: 52.5, longitude: 13.4 } },
    },
  });
  for (const first of [10, 11, 12, 13]) {
    t.strictSame(
      database.locate(address(`${first}.0.0.1`)),
      { location: berlin, prefixLength: 8 },
      `${first}`,
    );
  }
  for (const first of [14, 15, 16]) {
    const middle = { country: 'DE', point: pointOfCountry('DE') };
    t.strictSame(database.locate(address(`${first}.0.0.1`)).location, middle, `${first}`);
  }
  t.strictSame(database.locate(address('17.0.0.1')).location, { point: berlin.point });
  t.strictSame(database.locate(address('18.0.0.1')).location, {});
});

t.test('the country is where the address is used, never where its network is registered', async (t) => {
  const database = open({
    entries: {
      '1.1.1.0/24': { registered_country: { iso_code: 'AU' }, continent: { code: 'OC' } },
      '1.1.2.0/24': { registered_country: { iso_code: 'AU' }, country: { iso_code: 'DE' } },
    },
  });
  t.strictSame(database.locate(address('1.1.1.1')).location, {});
  t.equal(database.locate(address('1.1.2.1')).location.country, 'DE');
});

t.test('records of no use are unknown', async (t) => {
  const database = open({
    entries: {
      '10.0.0.0/8': 'a text',
      '11.0.0.0/8': ['a', 'list'],
      '12.0.0.0/8': { country: 'Germany', location: 7 },
      '13.0.0.0/8': { latitude: Float64Array.of(0), longitude: Float64Array.of(0) },
      '14.0.0.0/8': { country_code: 7, latitude: { a: 1 }, longitude: true },
      '15.0.0.0/8': { country: { iso_code: 'EU' } },
    },
  });
  for (let first = 10; first <= 15; first++) {
    t.strictSame(database.locate(address(`${first}.0.0.1`)).location, {}, `${first}`);
  }
});

t.test('IPv4 inside IPv6 is looked up as IPv4, its length counted as asked', async (t) => {
  const entries = {
    '192.0.2.0/24': { country_code: 'DE' },
    '2000::/3': { country_code: 'US' },
    '2002::/16': { country_code: 'JP' },
    '::ffff:0:0/96': { country_code: 'JP' },
  };
  for (const database of [open({ entries }), open({ entries, aliases: true })]) {
    const look = (text: string): string => {
      const { location, prefixLength } = database.locate(address(text));
      return `${location.country}/${prefixLength}`;
    };
    t.equal(look('192.0.2.1'), 'DE/24');
    t.equal(look('::ffff:192.0.2.1'), 'DE/120');
    t.equal(look('2002:c000:201::1'), 'DE/40');
    t.equal(look('::192.0.2.1'), 'DE/120');
    t.equal(look('2400::1'), 'US/6', '2400::/6 is the largest around it without 2002::/16');
    t.equal(look('2003::1'), 'US/16');
  }
});

t.test('IPv6 asked of an IPv4 database is unknown', async (t) => {
  const database = open({ ipVersion: 4, entries: { '0.0.0.0/0': { country_code: 'DE' } } });
  t.equal(database.ipVersion, 4);
  t.equal(database.locate(address('192.0.2.1')).location.country, 'DE');
  t.equal(database.locate(address('::ffff:192.0.2.1')).location.country, 'DE');
  t.equal(database.locate(address('2002:c000:201::1')).location.country, 'DE');
  t.strictSame(database.locate(address('2001:db8::1')), { location: {}, prefixLength: 15 });
  t.strictSame(database.asnOf(address('8000::')), { prefixLength: 1 });
});

t.test('IPv4 asked of an IPv6 database without it is unknown', async (t) => {
  const database = open({ entries: { '2000::/3': { country_code: 'US' }, '::/64': { country_code: 'DE' } } });
  t.strictSame(database.locate(address('192.0.2.1')), { location: {}, prefixLength: 0 });
  t.strictSame(database.locate(address('::ffff:192.0.2.1')), { location: {}, prefixLength: 96 });
  t.equal(database.locate(address('::1:0:0:1')).location.country, 'DE');
});

t.test('AS numbers', async (t) => {
  const database = open({
    type: 'X-ASN',
    entries: {
      '10.0.0.0/8': { autonomous_system_number: 64_500, autonomous_system_organization: 'Example' },
      '11.0.0.0/8': { autonomous_system_number: 4_200_000_000 },
      '12.0.0.0/8': { autonomous_system_number: 0 },
      '13.0.0.0/8': { autonomous_system_number: 2n ** 40n },
      '2001:db8::/32': { autonomous_system_number: 64_501 },
    },
  });
  t.strictSame(database.asnOf(address('10.0.0.1')), { asn: 64_500, prefixLength: 8 });
  t.strictSame(database.asnOf(address('2002:0a00:1::')), { asn: 64_500, prefixLength: 24 });
  t.equal(database.asnOf(address('11.0.0.1')).asn, 4_200_000_000);
  t.strictSame(database.asnOf(address('12.0.0.1')), { prefixLength: 8 });
  t.strictSame(database.asnOf(address('13.0.0.1')), { prefixLength: 8 });
  t.equal(database.asnOf(address('2001:db8::1')).asn, 64_501);
  t.strictSame(database.locate(address('10.0.0.1')).location, {});
});

t.test('what a database says of itself', async (t) => {
  const path = join(
    t.testdir({ 'x.mmdb': writeMmdb({ type: 'X-City', entries: {}, buildEpoch: 1_700_000_000 }) }),
    'x.mmdb',
  );
  t.match(openDatabase(path), {
    path,
    type: 'X-City',
    buildEpoch: 1_700_000_000,
    ipVersion: 6,
  });
});

t.test('a fault at one address is a DATABASE_INVALID that names file and address', async (t) => {
  const bytes = writeMmdb({
    type: 'X-City',
    entries: { '10.0.0.0/8': { country_code: 'DE' }, '2001:db8::/32': 'x' },
  });
  // The record becomes a pointer out of the file.
  bytes.set([0x38, 0xff, 0xff, 0xff, 0xff], bytes.indexOf('country_code') - 2);
  const database = databaseOf(mmdbOfBytes('/d/x.mmdb', bytes));
  t.throws(() => database.locate(address('10.0.0.1')), {
    code: 'DATABASE_INVALID',
    message: /^\/d\/x\.mmdb: damaged, 10\.0\.0\.1 can't be looked up: /,
  });
  t.strictSame(database.locate(address('11.0.0.1')).location, {}, 'others are served');
});

t.test('the embedded database', async (t) => {
  const database = openDatabase(embeddedDatabasePath());
  const { location, prefixLength } = database.locate(address('8.8.8.8'));
  t.strictSame(location, { country: 'US', point: pointOfCountry('US') });
  t.ok(prefixLength > 4 && prefixLength <= 24);
  t.equal(database.locate(address('193.99.144.80')).location.country, 'DE');
  t.equal(database.locate(address('2a02:2e0:3fe:1001:302::')).location.country, 'DE');
  t.equal(database.locate(address('::ffff:8.8.8.8')).location.country, 'US');
  t.strictSame(database.locate(address('127.0.0.1')).location, {});
  t.strictSame(database.locate(address('fd00::1')).location, {});
});

interface CityRecord {
  readonly country?: { readonly iso_code?: string };
  readonly location?: { readonly latitude?: number; readonly longitude?: number };
}

const city = sharedDatabase('GeoLite2-City-Test.mmdb');
const cityJson = sharedDatabase('GeoLite2-City-Test.json');
t.test("every network of MaxMind's City test", { skip: !city || !cityJson }, async (t) => {
  const database = openDatabase(city ?? '');
  const networks: Record<string, CityRecord>[] = JSON.parse(readFileSync(cityJson ?? '', 'utf8'));
  const longest = new Map(networks.flatMap((entry) => Object.entries(entry)));
  for (const [prefix, { country, location }] of longest) {
    const first = prefix.replace(/\/\d+$/, '');
    // Where networks lie inside each other, the first address is the inner one's.
    if ([...longest.keys()].some((other) => other !== prefix && other.startsWith(`${first}/`))) continue;
    const found = database.locate(address(first)).location;
    t.equal(found.country, country?.iso_code, `${prefix} country`);
    if (location?.latitude === undefined)
      t.strictSame(found.point, pointOfCountry(country?.iso_code ?? ''), prefix);
    else t.strictSame(found.point, { latitude: location.latitude, longitude: location.longitude }, prefix);
  }
  t.ok(longest.size > 200);
});

const asn = sharedDatabase('GeoLite2-ASN-Test.mmdb');
const asnJson = sharedDatabase('GeoLite2-ASN-Test.json');
t.test("every network of MaxMind's ASN test", { skip: !asn || !asnJson }, async (t) => {
  const database = openDatabase(asn ?? '');
  const networks: Record<string, { autonomous_system_number?: number }>[] = JSON.parse(
    readFileSync(asnJson ?? '', 'utf8'),
  );
  const all = new Map(networks.flatMap((entry) => Object.entries(entry)));
  for (const [prefix, record] of all) {
    const first = prefix.replace(/\/\d+$/, '');
    if ([...all.keys()].some((other) => other !== prefix && other.startsWith(`${first}/`))) continue;
    t.equal(database.asnOf(address(first)).asn, record.autonomous_system_number, prefix);
  }
  t.ok(all.size > 500);
});
