/** How many clients each catchment stands for, against a count of every /24 of a made-up world. */
import t from 'tap';
import { catchmentCount } from '../../../src/answer/catchments.js';
import { catchmentIn, locateNumber } from '../../../src/answer/locate.js';
import { catchmentWeights, partsOfCatchments } from '../../../src/compile/map/catchment-weights.js';
import { compileGeographies, type Geography } from '../../../src/compile/map/geography.js';
import { planPools } from '../../../src/compile/pool-plan.js';
import { databaseOf } from '../../../src/geo/database.js';
import { embeddedDatabasePath } from '../../../src/geo/embedded.js';
import { placeMirror } from '../../../src/geo/mirror-place.js';
import { type MmdbFile, mmdbOfBytes, readMmdb } from '../../../src/geo/mmdb-file.js';
import { readCountries } from '../../../src/geo/place-trees.js';
import { scanAsnsOf } from '../../../src/geo/scan.js';
import { parseAddress } from '../../../src/ip/address.js';
import { writeMmdb } from '../../mmdb-writer.js';
import { soundZone } from '../../zone/zone-text.js';

const ZONE = soundZone(`
zone: dl.example.org
ns: [ns.example.net]
pools:
  "@": { answers: 1, near_km: 0 }
  home: { answers: 1, same_country_first: true }
  flat: { near_km: 20000, mirrors: [berlin, chicago, tokyo] }
mirrors:
  berlin: { addresses: [192.0.2.1], location: { country: DE }, asn: [64500] }
  munich: { addresses: [192.0.2.2], location: { country: DE, latitude: 48.1, longitude: 11.6 }, networks: [20.1.0.0/16, 10.1.0.0/16] }
  chicago: { addresses: [192.0.2.3], location: { country: US }, except_countries: [CA] }
  tokyo: { addresses: [192.0.2.4], location: { country: JP }, only_networks: [20.0.0.0/10, 22.0.0.0/7] }
`);

const WORLD = mmdbOfBytes(
  'world',
  writeMmdb({
    type: 'Test-City',
    entries: {
      '10.0.0.0/8': { country_code: 'JP' },
      '20.0.0.0/8': { country_code: 'DE', latitude: 50.1, longitude: 8.7 },
      '20.1.2.0/24': { country_code: 'FR', latitude: 45.8, longitude: 4.8 },
      '20.128.0.0/10': { latitude: 45.8, longitude: 4.8 },
      '21.0.0.0/8': { country_code: 'US' },
      '21.128.0.0/9': { country_code: 'CA', latitude: 45.5, longitude: -73.6 },
      '22.0.0.0/9': { country_code: 'DE', latitude: 48.2, longitude: 11.7 },
      '23.5.0.0/16': { country_code: 'JP', latitude: 35, longitude: 139 },
      '2a00::/12': { country_code: 'FR' },
    },
  }),
);
const ASNS = scanAsnsOf(
  mmdbOfBytes(
    'asns',
    writeMmdb({
      type: 'Test-ASN',
      entries: { '20.64.0.0/10': { autonomous_system_number: 64_500 } },
    }),
  ),
);

function geographiesOf(file: MmdbFile, memory: number): Geography[] {
  const lookup = databaseOf(file);
  const { geographies } = planPools(
    [ZONE],
    (_zone, { location, addresses }) =>
      placeMirror(location, addresses, (address) => lookup.locate(address).location).location,
  );
  return compileGeographies(geographies, { locations: file, asns: ASNS }, memory);
}

t.test('every address with a country counts once, in its catchment', async (t) => {
  const countries = readCountries(WORLD);
  const lookup = databaseOf(WORLD);
  const places: [number, string][] = [];
  for (let net = 0; net < 4 * 65_536; net++) {
    const number = 20 * 2 ** 24 + net * 256;
    const text = [24, 16, 8, 0].map((bits) => (number >>> bits) & 0xff).join('.');
    const address = parseAddress(text);
    const { country } = address === null ? {} : lookup.locate(address).location;
    if (country !== undefined) places.push([number, country]);
  }
  for (const memory of [0, Infinity]) {
    for (const geography of geographiesOf(WORLD, memory)) {
      const expected = new Map<string, number>();
      for (const [number, country] of places) {
        const key = `${catchmentIn(locateNumber(geography.table, number))} ${country}`;
        expected.set(key, (expected.get(key) ?? 0) + 256);
      }
      const parts = partsOfCatchments(geography, countries);
      t.same(new Map(parts.map((part) => [`${part.catchment} ${part.country}`, part.addresses])), expected);
    }
  }
});

t.test('alone and beside others, and over the real world, the same people are counted', async (t) => {
  const file = readMmdb(embeddedDatabasePath());
  const countries = readCountries(file);
  const all = geographiesOf(file, Infinity).map((geography) => partsOfCatchments(geography, countries));
  const peopleOf = (parts: (typeof all)[number]): Record<string, number> => {
    const people: Record<string, number> = {};
    for (const { country, addresses } of parts) people[country] = (people[country] ?? 0) + addresses;
    return people;
  };
  const [first = [], ...others] = all;
  for (const other of others) t.same(peopleOf(other), peopleOf(first));
  const { US = 0, DE = 0 } = peopleOf(first);
  t.ok(US > 1.2e9 && US < 1.8e9, 'about 1.5 thousand million addresses are in the United States');
  t.ok(DE > 1e8 && DE < 1.5e8, 'and 120 million in Germany');
});

t.test('weights are parts of the world', async (t) => {
  const [geography] = geographiesOf(WORLD, Infinity);
  if (geography === undefined) throw new Error('the zone has a pool');
  const parts = partsOfCatchments(geography, readCountries(WORLD));
  const weightOf = (country: string, weights: Float64Array): number => {
    const own = new Set(parts.filter((part) => part.country === country).map(({ catchment }) => catchment));
    return [...own].reduce((sum, catchment) => sum + (weights[catchment] ?? 0), 0);
  };
  const sumOf = (weights: Float64Array): number => weights.reduce((sum, weight) => sum + weight, 0);

  const byAddresses = catchmentWeights(parts, geography);
  t.equal(byAddresses.length, catchmentCount(geography.catchments));
  t.ok(Math.abs(sumOf(byAddresses) - 1) < 1e-12);
  const [canada] = parts.filter(({ country }) => country === 'CA');
  t.equal(canada?.addresses, 2 ** 23, 'half a /8');
  const everybody = parts.reduce((sum, { addresses }) => sum + addresses, 0);
  t.equal(weightOf('CA', byAddresses), 2 ** 23 / everybody);

  const world = new Map([
    ['CA', 30],
    ['JP', 10],
    ['ZZ', 1000],
  ]);
  const byFile = catchmentWeights(parts, geography, world);
  t.ok(Math.abs(sumOf(byFile) - 1) < 1e-12, 'a country that the database has not takes nothing away');
  t.ok(Math.abs(weightOf('CA', byFile) - 0.75) < 1e-12);
  t.same([...catchmentWeights(parts, geography, new Map())], [...byFile].fill(0));
});
