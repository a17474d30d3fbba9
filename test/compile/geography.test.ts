/**
 * Catchments and the maps that lead to them: for any address, the map's catchment has the bands that the band former
 * gives for what the databases say of that address. So what explains and what answers agree.
 */
import t, { type Test } from 'tap';
import { catchmentCount } from '../../src/answer/catchments.js';
import { catchmentIn, locateIPv4, locateIPv6, SPECIAL } from '../../src/answer/locate.js';
import type { LocationMap } from '../../src/answer/table.js';
import { compileGeographies, type Databases, type Geography } from '../../src/compile/geography.js';
import { roundToGrid, usesGrid } from '../../src/compile/grid.js';
import { type GeographyPlan, planPools } from '../../src/compile/pool-plan.js';
import type { Location } from '../../src/facts.js';
import { databaseOf } from '../../src/geo/database.js';
import { embeddedDatabasePath } from '../../src/geo/embedded.js';
import { placeMirror } from '../../src/geo/mirror-place.js';
import { type MmdbFile, mmdbOfBytes, readMmdb } from '../../src/geo/mmdb-file.js';
import { scanAsnsOf } from '../../src/geo/scan.js';
import { type Address, addressFromBytes, embeddedIPv4, parseAddress } from '../../src/ip/address.js';
import { contains } from '../../src/ip/prefix.js';
import { specialBlockOf } from '../../src/ip/special-purpose.js';
import { below, seededRandom } from '../../src/random.js';
import { type BandFormer, bandKey, createBandFormer } from '../../src/select/bands.js';
import { toVector } from '../../src/select/distance.js';
import type { Zone } from '../../src/zone/model.js';
import { randomAddresses } from '../geo/random-addresses.js';
import { writeMmdb } from '../mmdb-writer.js';
import { soundZone } from '../zone/zone-text.js';
import { bandsOfCatchment } from './bands-of.js';

function find(
  map: LocationMap,
  { family, bytes }: Address,
): { leaf: number; depth: number; special: boolean } {
  const found = (family === 'ipv6' ? locateIPv6 : locateIPv4)(map, bytes, 0);
  return { leaf: catchmentIn(found), depth: found & 0xff, special: (found & SPECIAL) !== 0 };
}

function catchmentOf({ table, cells, catchments }: Geography, address: Address): string {
  const { leaf } = find(table, address);
  return bandKey(bandsOfCatchment(catchments, cells === undefined ? leaf : (cells[leaf] ?? -1)));
}

/** The bands by the databases' own word on one address. */
function expected(
  plan: GeographyPlan,
  former: BandFormer,
  address: Address,
  location: Location,
  asn: number | undefined,
): string {
  const client = {
    ...(location.country !== undefined && { country: location.country }),
    ...(location.point !== undefined && { point: toVector(location.point) }),
    ...(asn !== undefined && { asn }),
    networks: [...plan.networks.keys()].filter((id) => {
      const prefix = plan.networks[id];
      return prefix !== undefined && contains(prefix, embeddedIPv4(address));
    }),
  };
  return bandKey(former.bands(client));
}

function plansOf(zones: readonly Zone[], file: MmdbFile): readonly GeographyPlan[] {
  const database = databaseOf(file);
  return planPools(
    zones,
    (_zone, { location, addresses }) =>
      placeMirror(location, addresses, (address) => database.locate(address).location).location,
  ).geographies;
}

/** Says where the maps and the band former differ. */
function compare(
  t: Test,
  plans: readonly GeographyPlan[],
  databases: Databases & { readonly asnFile?: MmdbFile },
  addresses: readonly Address[],
): void {
  const geographies = compileGeographies(plans, databases);
  const formers = plans.map(({ candidates, settings }) => createBandFormer(candidates, settings));
  const lookup = databaseOf(databases.locations);
  const asns = databases.asnFile === undefined ? undefined : databaseOf(databases.asnFile);
  const grid = usesGrid(plans);
  let compared = 0;
  for (const address of addresses) {
    const isSpecial = specialBlockOf(address) !== undefined;
    const found = isSpecial ? {} : lookup.locate(address).location;
    const location = grid ? roundToGrid(found) : found;
    const asn = isSpecial ? undefined : asns?.asnOf(address).asn;
    for (const [i, plan] of plans.entries()) {
      const geography = geographies[i];
      if (geography === undefined) throw new Error('a geography is missing');
      const own = catchmentOf(geography, address);
      const former = formers[i];
      if (former === undefined) throw new Error('a former is missing');
      const wanted = expected(plan, former, address, location, asn);
      if (own !== wanted) t.fail(`${address.text} in geography ${i}: ${own}, not ${wanted}`);
      const { table, catchments } = geography;
      // Over the grid the map is one for all, and so are the networks in it.
      const named = (grid ? plans : [plan]).some(({ networks }) =>
        networks.some((prefix) => contains(prefix, embeddedIPv4(address))),
      );
      const ignored = isSpecial && !named && (grid || catchmentCount(catchments) > 1);
      if (find(table, address).special !== ignored) t.fail(`${address.text} in geography ${i}: ${ignored}`);
      compared++;
    }
  }
  t.equal(compared, plans.length * addresses.length);
}

const ZONE = soundZone(`
zone: dl.example.org
ns: [ns.example.net]
pools:
  "@": { answers: 1 }
  near: { answers: 2, near_km: 0 }
  home: { answers: 1, same_country_first: true }
  flat: { near_km: 20000 }
mirrors:
  berlin: { addresses: [192.0.2.1, "2001:db8::1"], location: { country: DE, latitude: 52.5, longitude: 13.4 }, asn: [64500], networks: [20.1.0.0/16, 10.1.0.0/16, "2001:db8:f::/48"] }
  paris: { addresses: [192.0.2.2, "2001:db8::2"], location: { country: FR, latitude: 48.9, longitude: 2.4 }, asn: [64501, 64500] }
  chicago: { addresses: [192.0.2.3], location: { country: US, latitude: 41.9, longitude: -87.6 }, except_countries: [CA] }
  tokyo: { addresses: [192.0.2.4, "2001:db8::4"], location: { country: JP, latitude: 35.7, longitude: 139.7 }, only_countries: [JP, KR] }
  inner: { addresses: [192.0.2.5, "2001:db8::5"], location: { country: BR }, only_networks: [20.0.0.0/9, "2002:b00::/24", "::ffff:13.0.0.0/104"] }
  nowhere: { addresses: [192.0.2.6, "2001:db8::6"], networks: [12.0.0.0/30] }
`);

const LOCATIONS = mmdbOfBytes(
  'locations',
  writeMmdb({
    type: 'Test-City',
    entries: {
      '10.0.0.0/8': { country_code: 'JP' },
      '20.0.0.0/8': { country_code: 'DE', latitude: 50.1, longitude: 8.7 },
      '20.1.2.0/24': { country_code: 'FR', latitude: 45.8, longitude: 4.8 },
      '11.0.0.0/8': { country_code: 'US' },
      '11.128.0.0/9': { country_code: 'CA', latitude: 45.5, longitude: -73.6 },
      '12.0.0.0/8': { country_code: 'KR' },
      '12.0.0.0/29': { country_code: 'JP' },
      '13.0.0.0/8': { country_code: 'BR', latitude: -23.5, longitude: -46.6 },
      '14.0.0.0/8': { latitude: 0.5, longitude: 0.5 },
      '2001:db8::/32': { country_code: 'JP' },
      '2002::/16': { country_code: 'BR' },
      '2a00::/12': { country_code: 'FR' },
    },
  }),
);
const ASN_FILE = mmdbOfBytes(
  'asns',
  writeMmdb({
    type: 'Test-ASN',
    entries: {
      '10.0.0.0/9': { autonomous_system_number: 64_500 },
      '20.64.0.0/10': { autonomous_system_number: 64_500 },
      '11.0.0.0/9': { autonomous_system_number: 64_501 },
      '12.0.0.0/8': { autonomous_system_number: 64_999 },
      '2a00::/16': { autonomous_system_number: 64_500 },
    },
  }),
);
/** What the prefixes above make interesting: both of their ends, and what lies beside them. */
const EDGES = `
  19.255.255.255 20.0.0.0 20.1.1.255 20.1.2.0 20.1.2.255 20.1.3.0 20.64.0.0 20.127.255.255 20.128.0.0
  20.255.255.255 21.0.0.0 9.255.255.255 10.0.0.0 10.0.255.255 10.1.0.0 10.1.255.255 10.2.0.0
  10.255.255.255 11.0.0.0 11.127.255.255 11.128.0.0 12.0.0.0 12.0.0.3 12.0.0.4 12.0.0.7 12.0.0.8
  13.0.0.0 14.0.0.1 15.0.0.0 255.255.255.255 0.0.0.0 :: ::ffff:20.1.2.3 ::ffff:13.1.2.3
  ::ffff:10.2.3.4 ::fffe:20.1.2.3 2002:1401:203:: 2002:a01:203:: 2002:b01:203::1 2002:ffff:: 2003:: 2001:db8:: 2001:db8:f::
  ::1 ::2 2001:: 2001:1ff:ffff:: 2001:200:: fbff:: fc00:: fdff:ffff:: fe00::
  2001:db8:f:ffff:: 2001:db9:: 2a00:: 2a00:ffff:: 2a01:: 2a0f:: 2a10:: ffff::
`
  .trim()
  .split(/\s+/);

function addresses(count: number): Address[] {
  const edges = EDGES.map((text) => parseAddress(text)).filter((address) => address !== null);
  return [...edges, ...randomAddresses(count, EDGES)];
}

t.test('a made-up database, with and without AS numbers', async (t) => {
  const plans = plansOf([ZONE], LOCATIONS);
  t.equal(plans.length, 8, 'four pools, two families');
  compare(t, plans, { locations: LOCATIONS, asns: scanAsnsOf(ASN_FILE), asnFile: ASN_FILE }, addresses(3000));
  const named = new Set([64_500, 64_501]);
  compare(
    t,
    plans,
    { locations: LOCATIONS, asns: scanAsnsOf(ASN_FILE, named), asnFile: ASN_FILE },
    addresses(500),
  );
  compare(t, plans, { locations: LOCATIONS }, addresses(500));
});

t.test('one network or one AS, laid over places that are sorted by it beforehand', async (t) => {
  for (const rule of [
    'networks: [20.1.0.0/16]',
    'asn: [64501]',
    'only_networks: [11.0.0.0/9]',
    'except_countries: [US]',
  ]) {
    const zone = soundZone(`
zone: dl.example.org
ns: [ns.example.net]
pools: { "@": { answers: 1 }, near: { near_km: 0 } }
mirrors:
  rome: { addresses: [192.0.2.1], location: { country: IT }, ${rule} }
  oslo: { addresses: [192.0.2.2], location: { country: "NO" } }
  lima: { addresses: [192.0.2.3], location: { country: PE } }
`);
    for (const plans of [plansOf([zone], LOCATIONS), plansOf([zone], LOCATIONS).slice(0, 1)]) {
      compare(
        t,
        plans,
        { locations: LOCATIONS, asns: scanAsnsOf(ASN_FILE), asnFile: ASN_FILE },
        addresses(500),
      );
    }
  }
});

t.test('places that only an AS tells apart', async (t) => {
  // Both are nearest to near, then to next; which of the mirrors that their AS names is nearer differs.
  const zone = soundZone(`
zone: dl.example.org
ns: [ns.example.net]
pools: { "@": { answers: 1, near_km: 0 } }
mirrors:
  near: { addresses: [192.0.2.1], location: { country: FR, latitude: 50, longitude: 10 } }
  next: { addresses: [192.0.2.2], location: { country: FR, latitude: 50, longitude: 11 } }
  west: { addresses: [192.0.2.3], asn: [64501], location: { country: CA, latitude: 50, longitude: -60 } }
  east: { addresses: [192.0.2.4], asn: [64501], location: { country: KZ, latitude: 50, longitude: 66 } }
`);
  const place = (longitude: number) => ({ country_code: 'FR', latitude: 50, longitude });
  const file = mmdbOfBytes(
    'locations',
    writeMmdb({ type: 'Test-City', entries: { '21.0.0.0/9': place(-5), '21.128.0.0/9': place(9) } }),
  );
  const asnFile = mmdbOfBytes(
    'asns',
    writeMmdb({
      type: 'Test-ASN',
      entries: {
        '21.64.0.0/10': { autonomous_system_number: 64_501 },
        '21.128.0.0/10': { autonomous_system_number: 64_501 },
      },
    }),
  );
  const plans = plansOf([zone], file);
  const four = ['21.0.0.1', '21.64.0.1', '21.128.0.1', '21.192.0.1'].map((text) => parseAddress(text));
  const asked = four.filter((address) => address !== null);
  const asns = scanAsnsOf(asnFile);
  compare(t, plans, { locations: file, asns, asnFile }, asked);
  const [geography] = compileGeographies(plans, { locations: file, asns });
  t.same(
    asked.map((address) => geography && catchmentOf(geography, address)),
    ['0/1/2,3', '2/3/0,1', '3/2/0,1', '0/1/2,3'],
  );
});

t.test('very many geographies over the grid', async (t) => {
  const pools = Array.from(
    { length: 12 },
    (_, i) => `  p${i}: { answers: ${1 + (i % 3)}, near_km: ${i * 100} }`,
  );
  const text = `
zone: many.example.org
ns: [ns.example.net]
pools:
${pools.join('\n')}
mirrors:
  rome: { addresses: [192.0.2.1, "2001:db8::1"], location: { country: IT }, networks: [11.0.0.0/16] }
  oslo: { addresses: [192.0.2.2], location: { country: NO }, asn: [64501] }
  lima: { addresses: [192.0.2.3, "2001:db8::3"], location: { country: PE }, only_networks: [14.0.0.0/8, "2a00::/14"] }
`;
  const plans = plansOf([ZONE, soundZone(text)], LOCATIONS);
  t.ok(usesGrid(plans), `${plans.length} geographies`);
  compare(t, plans, { locations: LOCATIONS, asns: scanAsnsOf(ASN_FILE), asnFile: ASN_FILE }, addresses(1000));
  const geographies = compileGeographies(plans, { locations: LOCATIONS });
  t.equal(new Set(geographies.map(({ table }) => table)).size, 1, 'one map');
});

t.test('the embedded country database, and the example of many rules', async (t) => {
  const file = readMmdb(embeddedDatabasePath());
  compare(t, plansOf([ZONE], file), { locations: file }, addresses(3000));
});

t.test('scopes are true: addresses inside one are in the same catchment', async (t) => {
  const plans = plansOf([ZONE], LOCATIONS);
  const geographies = compileGeographies(plans, { locations: LOCATIONS, asns: scanAsnsOf(ASN_FILE) });
  const random = seededRandom(5);
  for (const address of addresses(500)) {
    for (const [i, geography] of geographies.entries()) {
      const { depth, leaf } = find(geography.table, address);
      const near = address.bytes.map((byte, j) => {
        const mask = (0xff << (8 - Math.min(8, Math.max(0, depth - j * 8)))) & 0xff;
        return (byte & mask) | (below(random, 256) & ~mask & 0xff);
      });
      const other = find(geography.table, addressFromBytes(near));
      if (other.leaf !== leaf || other.depth !== depth) t.fail(`${address.text} in geography ${i}`);
    }
  }
  t.pass();
});

t.test('a geography without distances has one catchment but for its rules', async (t) => {
  const flat = soundZone(`
zone: dl.example.org
ns: [ns.example.net]
pools: { "@": { near_km: 20000 } }
mirrors: { a: { addresses: [192.0.2.1], location: { country: DE } }, b: { addresses: [192.0.2.2], location: { country: JP } } }
`);
  const [geography] = compileGeographies(plansOf([flat], LOCATIONS), { locations: LOCATIONS });
  t.equal(geography && catchmentCount(geography.catchments), 1);
  t.equal(geography?.table.map.length, 0);
  const address = parseAddress('11.0.0.1');
  t.equal(geography && address && find(geography.table, address).depth, 0);
});

t.test(
  'catchments do not depend on weights or health, so pools that differ in those share a geography',
  async (t) => {
    const text = (weight: number): string => `
zone: z${weight}.example.org
ns: [ns.example.net]
pools: { "@": {} }
mirrors: { a: { addresses: [192.0.2.1], weight: ${weight}, location: { country: DE } }, b: { addresses: [192.0.2.2] } }
`;
    const zones = [soundZone(text(1)), soundZone(text(9))];
    const { pools, geographies } = planPools(zones, (_zone, { location }) => location);
    t.equal(geographies.length, 1);
    t.same(
      pools.map(({ geography }) => geography),
      [0, 0],
    );
  },
);
