import { join } from 'node:path';
import t, { type Test } from 'tap';
import { databaseOf, openDatabase } from '../../src/geo/database.js';
import { embeddedDatabasePath } from '../../src/geo/embedded.js';
import { knownLocation } from '../../src/geo/known-location.js';
import { type LocationTable, locationAt } from '../../src/geo/location-table.js';
import { mmdbOfBytes } from '../../src/geo/mmdb-file.js';
import { scanAsns, scanAsnsOf, scanLocations, scanLocationsOf } from '../../src/geo/scan.js';
import { type Address, bitsOf, parseAddress } from '../../src/ip/address.js';
import { leaf, type PrefixTree, walk } from '../../src/ip/prefix-tree.js';
import type { Location } from '../../src/platform/types.js';
import { type MmdbValue, writeMmdb } from '../mmdb-writer.js';
import { randomAddresses } from './random-addresses.js';
import { sharedDatabase } from './shared-databases.js';

function find(tree: PrefixTree, { family, bytes }: Address): { value: number; depth: number } {
  const packed = walk(tree.nodes, tree[family], bytes, 0, bitsOf(family));
  return { value: packed >>> 8, depth: packed & 255 };
}

function locate(tree: PrefixTree, locations: LocationTable, text: string): Location {
  const address = parseAddress(text);
  if (address === null) throw new Error(`${text} is no address`);
  return locationAt(locations, find(tree, address).value);
}

t.test('records that say the same share a location, and their networks merge', async (t) => {
  const { tree, locations } = scanLocationsOf(
    mmdbOfBytes(
      'x',
      writeMmdb({
        type: 'X-City',
        entries: {
          '10.0.0.0/9': { country_code: 'DE', latitude: 52.5, longitude: 13.5, city: 'Berlin' },
          '10.128.0.0/9': { country: { iso_code: 'DE' }, location: { latitude: 52.5, longitude: 13.5 } },
          '11.0.0.0/8': { country_code: 'DE', latitude: '48.1', longitude: '11.6' },
          '12.0.0.0/8': { latitude: Float64Array.of(0), longitude: Float64Array.of(0) },
          '13.0.0.0/8': { city: 'Nowhere' },
        },
      }),
    ),
  );
  t.equal(locations.count, 3);
  t.strictSame(locate(tree, locations, '10.0.0.1'), {
    country: 'DE',
    point: { latitude: 52.5, longitude: 13.5 },
  });
  t.strictSame(locate(tree, locations, '11.0.0.1'), {
    country: 'DE',
    point: { latitude: 48.1, longitude: 11.6 },
  });
  for (const text of ['12.0.0.1', '13.0.0.1', '14.0.0.1', '2001:db8::1']) {
    t.strictSame(locate(tree, locations, text), {}, text);
  }
  const ten = parseAddress('10.200.0.1');
  t.equal(ten && find(tree, ten).depth, 8, 'one leaf for the two halves');
});

/** Records as vendors write them, and what they say. */
const SHAPES: readonly [string, MmdbValue, Location, number][] = [
  [
    "MaxMind's Enterprise",
    {
      country: { iso_code: 'DE', names: { en: 'Germany' } },
      location: { latitude: 52.5, longitude: 13.4 },
      traits: { autonomous_system_number: 64_500, isp: 'Example' },
    },
    { country: 'DE', point: { latitude: 52.5, longitude: 13.4 } },
    64_500,
  ],
  [
    "ip-location-db's city",
    { city: 'Berlin', country_code: 'DE', latitude: 52.5, longitude: 13.4 },
    { country: 'DE', point: { latitude: 52.5, longitude: 13.4 } },
    0,
  ],
  [
    "IPinfo's country and ASN",
    { asn: 'AS64500', as_name: 'Example', country: 'DE', country_name: 'Germany', continent: 'EU' },
    knownLocation('DE', Number.NaN, Number.NaN),
    64_500,
  ],
  [
    "IPinfo's Lite",
    { country: 'Germany', country_code: 'DE', continent_code: 'EU', asn: 'AS4200000000' },
    knownLocation('DE', Number.NaN, Number.NaN),
    4_200_000_000,
  ],
  [
    "IPinfo's location",
    { city: 'Berlin', region: 'Berlin', country: 'DE', lat: '52.5', lng: '13.4', postal: '10115' },
    { country: 'DE', point: { latitude: 52.5, longitude: 13.4 } },
    0,
  ],
  [
    'an AS number as a text',
    { asn: '64500', country_code: 'US', name: 'EXAMPLE' },
    knownLocation('US', Number.NaN, Number.NaN),
    64_500,
  ],
  ['a country by its name alone', { country: 'Germany', asn: 'Example' }, {}, 0],
  ['an empty one', { country: '', country_code: '', lat: '', lng: '', asn: '' }, {}, 0],
  ['maps where values should be', { country: {}, location: {}, asn: { asn: 1 }, latitude: [1] }, {}, 0],
];

t.test('records of other vendors are read, in both ways alike', async (t) => {
  for (const [name, record, location, asn] of SHAPES) {
    const file = mmdbOfBytes('x', writeMmdb({ type: 'Test', entries: { '10.0.0.0/8': record } }));
    const address = parseAddress('10.0.0.1');
    if (address === null) throw new Error('no address');
    const { tree, locations } = scanLocationsOf(file);
    t.strictSame(locate(tree, locations, '10.0.0.1'), location, name);
    t.strictSame(databaseOf(file).locate(address).location, location, `${name}, looked up`);
    const { tree: owners, asns } = scanAsnsOf(file);
    t.equal(asns[find(owners, address).value], asn, `${name}: AS`);
    t.equal(databaseOf(file).asnOf(address).asn ?? 0, asn, `${name}: AS, looked up`);
  }
});

t.test('AS numbers, all or those that are named', async (t) => {
  const bytes = writeMmdb({
    type: 'X-ASN',
    entries: {
      '10.0.0.0/8': { autonomous_system_number: 64_500 },
      '11.0.0.0/8': { autonomous_system_number: 64_501 },
      '12.0.0.0/8': { autonomous_system_number: 64_500, autonomous_system_organization: 'the same' },
      '13.0.0.0/8': { autonomous_system_number: 0 },
      '14.0.0.0/8': {},
    },
  });
  const path = join(t.testdir({ 'x.mmdb': bytes }), 'x.mmdb');
  const all = scanAsns(path);
  t.strictSame([...all.asns].sort(), [0, 64_500, 64_501]);
  const of = ({ tree, asns }: typeof all, text: string): number | undefined => {
    const address = parseAddress(text);
    return address === null ? undefined : asns[find(tree, address).value];
  };
  t.equal(of(all, '10.1.1.1'), 64_500);
  t.equal(of(all, '11.1.1.1'), 64_501);
  t.equal(of(all, '12.1.1.1'), 64_500);
  for (const text of ['13.1.1.1', '14.1.1.1', '15.1.1.1']) t.equal(of(all, text), 0, text);
  const named = scanAsns(path, new Set([64_501, 64_999]));
  t.strictSame([...named.asns], [0, 64_501]);
  t.equal(of(named, '11.1.1.1'), 64_501);
  t.equal(of(named, '10.1.1.1'), 0);
  t.ok(named.tree.nodes.length < all.tree.nodes.length, 'the others merged');
  const none = scanAsnsOf(mmdbOfBytes('x', bytes), new Set());
  t.strictSame([none.tree.ipv4, none.tree.ipv6, none.tree.nodes.length], [leaf(0), leaf(0), 0]);
});

/** Compares a scan with maxmind's look-ups and gives how many addresses were known. */
function compareLocations(t: Test, path: string, addresses: readonly Address[]): number {
  const database = openDatabase(path);
  const { tree, locations } = scanLocations(path);
  let known = 0;
  const wrong: string[] = [];
  for (const address of addresses) {
    const { value, depth } = find(tree, address);
    const { location, prefixLength } = database.locate(address);
    if (value !== 0) known++;
    const scanned = locationAt(locations, value);
    if (JSON.stringify(scanned) !== JSON.stringify(location) || depth > prefixLength)
      wrong.push(address.text);
  }
  t.strictSame(wrong, []);
  return known;
}

t.test('the scan of the embedded database agrees with maxmind', async (t) => {
  const near = ['8.8.8.8', '193.99.144.80', '2a02:2e0:3fe:1001:302::', '2001:db8::1', '2400:cb00::1'];
  const known = compareLocations(t, embeddedDatabasePath(), randomAddresses(14_000, near));
  t.ok(known > 5000, `${known} are known`);
});

const NEAR = [
  '2.125.160.216',
  '81.2.69.192',
  '89.160.20.112',
  '2a02:d500::',
  '2001:218::',
  '2a02:fb80::',
  '67.43.156.0',
];

for (const name of ['GeoLite2-City-Test.mmdb', 'GeoLite2-Country-Test.mmdb']) {
  const path = sharedDatabase(name);
  t.test(`the scan of ${name} agrees with maxmind`, { skip: path === undefined }, async (t) => {
    const known = compareLocations(t, path ?? '', randomAddresses(14_000, NEAR));
    t.ok(known > 500, `${known} are known`);
  });
}

const asnPath = sharedDatabase('GeoLite2-ASN-Test.mmdb');
t.test(
  'the scan of GeoLite2-ASN-Test.mmdb agrees with maxmind',
  { skip: asnPath === undefined },
  async (t) => {
    const database = openDatabase(asnPath ?? '');
    const { tree, asns } = scanAsns(asnPath ?? '');
    let known = 0;
    const wrong: string[] = [];
    for (const address of randomAddresses(14_000, [
      '1.128.0.1',
      '12.81.92.1',
      '2600:6000::1',
      '2001:1700::1',
    ])) {
      const { value, depth } = find(tree, address);
      const { asn = 0, prefixLength } = database.asnOf(address);
      if (asn !== 0) known++;
      if (asns[value] !== asn || depth > prefixLength) wrong.push(address.text);
    }
    t.strictSame(wrong, []);
    t.ok(known > 200, `${known} are known`);
  },
);

t.test('the scan agrees with maxmind for every shape of file', async (t) => {
  const entries = {
    '2.0.0.0/7': { country_code: 'FR' },
    '2.125.160.216/29': { country: { iso_code: 'GB' }, location: { latitude: 51.75, longitude: -1.25 } },
    '81.2.69.192/28': { country_code: 'GB', latitude: '51.5', longitude: '-0.1' },
    '64.0.0.0/2': {
      country_code: 'US',
      latitude: Float32Array.of(39.0438),
      longitude: Float32Array.of(-77.4874),
    },
    '2a02:d500::/29': { location: { latitude: 48.7, longitude: 9.1 } },
    '2000::/4': { country_code: 'JP' },
    '2001:218::/32': { country_code: 'JP', latitude: 35.7, longitude: 139.7 },
    '2002::/16': { country_code: 'ZA' },
  };
  const ipv4 = Object.fromEntries(Object.entries(entries).filter(([prefix]) => prefix.includes('.')));
  const addresses = randomAddresses(3500, NEAR);
  for (const recordSize of [24, 28, 32] as const) {
    for (const content of [
      { entries },
      { entries, aliases: true },
      { entries: ipv4, ipVersion: 4 as const },
    ]) {
      const bytes = writeMmdb({ type: 'X-City', recordSize, ...content });
      const known = compareLocations(t, join(t.testdir({ 'x.mmdb': bytes }), 'x.mmdb'), addresses);
      t.ok(known > 500, `${known} are known`);
    }
  }
});
