/**
 * Catchments and the maps that lead to them: for any address, the map's catchment has the bands that the band former
 * gives for what the databases say of that address. So what explains and what answers agree.
 */
import { isDeepStrictEqual } from 'node:util';
import t, { type Test } from 'tap';
import { catchmentCount } from '../../../src/answer/catchments.js';
import { catchmentIn, locateIPv4, locateIPv6, SPECIAL } from '../../../src/answer/locate.js';
import type { LocationMap } from '../../../src/answer/table.js';
import {
  compileAlone,
  compileGeographies,
  type Geography,
  octetsOfExact,
  whichOnGrid,
} from '../../../src/compile/map/geography.js';
import { roundToGrid } from '../../../src/compile/map/grid.js';
import type { Databases } from '../../../src/compile/map/reading.js';
import { type GeographyPlan, planPools } from '../../../src/compile/pool-plan.js';
import { databaseOf } from '../../../src/geo/database.js';
import { embeddedDatabasePath } from '../../../src/geo/embedded.js';
import { placeMirror } from '../../../src/geo/mirror-place.js';
import { type MmdbFile, mmdbOfBytes, readMmdb } from '../../../src/geo/mmdb-file.js';
import { scanAsnsOf } from '../../../src/geo/scan.js';
import { type Address, addressFromBytes, embeddedIPv4, parseAddress } from '../../../src/ip/address.js';
import { contains, prefixOf } from '../../../src/ip/prefix.js';
import { specialBlockOf } from '../../../src/ip/special-purpose.js';
import { below, type Random, seededRandom } from '../../../src/platform/random.js';
import type { Location, Region } from '../../../src/platform/types.js';
import { bandKey } from '../../../src/select/band-list.js';
import { type BandFormer, createBandFormer } from '../../../src/select/bands.js';
import { toVector } from '../../../src/select/distance.js';
import type { Zone } from '../../../src/zone/model.js';
import { randomAddresses } from '../../geo/random-addresses.js';
import { writeMmdb } from '../../mmdb-writer.js';
import { soundZone } from '../../zone/zone-text.js';
import { bandsOfCatchment } from './bands-of.js';

function find(
  map: LocationMap,
  { family, bytes }: Address,
): { catchment: number; depth: number; special: boolean } {
  const found = (family === 'ipv6' ? locateIPv6 : locateIPv4)(map, bytes, 0);
  return { catchment: catchmentIn(found), depth: found & 0xff, special: (found & SPECIAL) !== 0 };
}

function catchmentOf({ table, catchments }: Geography, address: Address): string {
  return bandKey(bandsOfCatchment(catchments, find(table, address).catchment));
}

/** The bands by the databases' own word on one address. */
function expected(
  plan: GeographyPlan,
  former: BandFormer,
  address: Address,
  location: Location,
  region: Region,
  asn: number | undefined,
): string {
  const client = {
    ...(location.country !== undefined && { country: location.country }),
    ...(location.point !== undefined && { point: toVector(location.point) }),
    ...(asn !== undefined && { asn }),
    region,
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
  grid = false,
): void {
  const geographies = compileGeographies(plans, databases, grid ? 0 : Infinity);
  t.ok(geographies.every(({ isOnGrid }) => isOnGrid === grid));
  const formers = plans.map(({ candidates, settings }) => createBandFormer(candidates, settings));
  const lookup = databaseOf(databases.locations);
  const asns = databases.asnFile === undefined ? undefined : databaseOf(databases.asnFile);
  let compared = 0;
  for (const address of addresses) {
    const isSpecial = specialBlockOf(address) !== undefined;
    const found = isSpecial ? {} : lookup.locate(address).location;
    const location = grid ? roundToGrid(found) : found;
    const region = isSpecial ? {} : lookup.regionOf(address);
    const asn = isSpecial ? undefined : asns?.asnOf(address).asn;
    for (const [i, plan] of plans.entries()) {
      const geography = geographies[i];
      if (geography === undefined) throw new Error('a geography is missing');
      const own = catchmentOf(geography, address);
      const former = formers[i];
      if (former === undefined) throw new Error('a former is missing');
      const wanted = expected(plan, former, address, location, region, asn);
      if (own !== wanted) t.fail(`${address.text} in geography ${i}: ${own}, not ${wanted}`);
      const { table, catchments } = geography;
      const named = plan.networks.some((prefix) => contains(prefix, embeddedIPv4(address)));
      const ignored = isSpecial && !named && catchmentCount(catchments) > 1;
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
      '11.0.0.0/8': { country_code: 'US', region_code: 'TX' },
      '11.64.0.0/10': { country_code: 'US', region_code: 'CA' },
      '11.96.0.0/11': { country: { iso_code: 'US' }, subdivisions: [{ iso_code: 'TX' }, { iso_code: 'CA' }] },
      '11.128.0.0/9': { country_code: 'CA', latitude: 45.5, longitude: -73.6 },
      '12.0.0.0/8': { country_code: 'KR' },
      '12.0.0.0/29': { country_code: 'JP' },
      '13.0.0.0/8': { country_code: 'BR', latitude: -23.5, longitude: -46.6 },
      '14.0.0.0/8': { latitude: 0.5, longitude: 0.5 },
      '14.128.0.0/9': { latitude: 0.5, longitude: 0.5, continent: { code: 'AF' } },
      '2001:db8::/32': { country_code: 'JP' },
      '2002::/16': { country_code: 'BR' },
      '2a00::/12': { country_code: 'FR' },
      '2a00:8000::/17': { country_code: 'FR', continent_code: 'OC' },
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
  11.63.255.255 11.64.0.0 11.95.255.255 11.96.0.0 13.0.0.0 14.0.0.1 14.127.255.255 14.128.0.0 2a00:7fff:: 2a00:8000:: 15.0.0.0 255.255.255.255 0.0.0.0 :: ::ffff:20.1.2.3 ::ffff:13.1.2.3
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
    'except_networks: [11.0.0.0/9]',
    'only_asn: [64501]',
    'except_asn: [64501]',
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
  const [geography] = compileGeographies(plans, { locations: file, asns }, Infinity);
  t.same(
    asked.map((address) => geography && catchmentOf(geography, address)),
    ['0/1/2,3', '2/3/0,1', '3/2/0,1', '0/1/2,3'],
  );
});

t.test('very many geographies, exactly and over the grid', async (t) => {
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
  const databases = { locations: LOCATIONS, asns: scanAsnsOf(ASN_FILE), asnFile: ASN_FILE };
  compare(t, plans, databases, addresses(1000), true);
  compare(t, plans, databases, addresses(1000));
  for (const memory of [0, Infinity]) {
    const geographies = compileGeographies(plans, { locations: LOCATIONS }, memory);
    t.equal(new Set(geographies.map(({ table: { map } }) => map)).size, 1, 'one map');
  }
});

t.test('the embedded country database, and the example of many rules', async (t) => {
  const file = readMmdb(embeddedDatabasePath());
  compare(t, plansOf([ZONE], file), { locations: file }, addresses(3000));
});

/** An address that shares so many bits with another. */
function neighbour({ bytes }: Address, bits: number, random: Random): Address {
  return addressFromBytes(
    bytes.map((byte, i) => {
      const mask = (0xff << (8 - Math.min(8, Math.max(0, bits - i * 8)))) & 0xff;
      return (byte & mask) | (below(random, 256) & ~mask & 0xff);
    }),
  );
}

t.test('scopes are true: addresses inside one are in the same catchment', async (t) => {
  const plans = plansOf([ZONE], LOCATIONS);
  const random = seededRandom(5);
  for (const memory of [0, Infinity]) {
    const databases = { locations: LOCATIONS, asns: scanAsnsOf(ASN_FILE) };
    const geographies = compileGeographies(plans, databases, memory);
    for (const address of addresses(500)) {
      for (const [i, { table }] of geographies.entries()) {
        const found = find(table, address);
        const other = find(table, neighbour(address, found.depth, random));
        if (!isDeepStrictEqual(other, found)) t.fail(`${address.text} in geography ${i}`);
      }
    }
  }
  t.pass();
});

/** Every address at which a prefix of the scene begins or ends, whose scopes are the ones that could be too short. */
function edgesOf(plans: readonly GeographyPlan[]): Address[] {
  const prefixes = plans.flatMap(({ networks }) => networks);
  return prefixes.flatMap((prefix) => {
    const last = prefix.bytes.map(
      (byte, i) => byte | (0xff >> Math.min(8, Math.max(0, prefix.length - i * 8))),
    );
    return [addressFromBytes(prefix.bytes), addressFromBytes(last)];
  });
}

t.test('exact scopes are the shortest that are true', async (t) => {
  const plans = [...plansOf([ZONE], LOCATIONS), ...plansOf(manyZones(seededRandom(3), 3, true), LOCATIONS)];
  const databases = { locations: LOCATIONS, asns: scanAsnsOf(ASN_FILE) };
  let checked = 0;
  for (const some of [plans, plans.slice(0, 1)]) {
    const geographies = compileGeographies(some, databases, Infinity);
    for (const address of [...addresses(500), ...edgesOf(plans)]) {
      for (const [i, { table }] of geographies.entries()) {
        const { depth, ...own } = find(table, address);
        if (depth === 0) continue;
        // Half of what is one bit shorter is this scope. In the other there is another answer, or more than one.
        const beside = find(table, addressFromBytes(prefixOf(flipped(address, depth - 1), depth).bytes));
        checked++;
        if (beside.depth <= depth && beside.catchment === own.catchment && beside.special === own.special) {
          t.fail(`${address.text} /${depth} in geography ${i}`);
        }
      }
    }
  }
  t.ok(checked > 3000, `${checked} scopes`);
});

function flipped({ bytes }: Address, bit: number): Address {
  return addressFromBytes(bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (0x80 >> (bit & 7)) : byte)));
}

/** Zones of which each has mirrors elsewhere, and rules of its own. */
function manyZones(random: Random, count: number, withOrders = false): Zone[] {
  return Array.from({ length: count }, (_, zone) => {
    const mirrors = Array.from({ length: 2 + below(random, 5) }, (_, i) => {
      const location = `{ latitude: ${below(random, 160) - 80}, longitude: ${below(random, 360) - 180} }`;
      const rules = [
        'asn: [64500]',
        'asn: [64501, 64999]',
        `networks: [${10 + below(random, 5)}.${below(random, 256)}.0.0/16]`,
        'only_networks: [20.0.0.0/9, "2a00::/13"]',
        `except_networks: [${10 + below(random, 5)}.${below(random, 256)}.0.0/16]`,
        'only_asn: [64500, 64501]',
        'except_asn: [64999]',
        'except_countries: [US, JP]',
        'only_countries: [DE, FR, BR]',
      ];
      const rule = below(random, 3) === 0 ? `, ${rules[below(random, rules.length)]}` : '';
      const addresses = below(random, 3) === 0 ? `192.0.2.${i}` : `192.0.2.${i}, "2001:db8::${i}"`;
      return `  m${i}: { addresses: [${addresses}], location: ${location}${rule} }\n`;
    });
    const terms = `answers: ${1 + below(random, 3)}, near_km: ${[0, 100, 500, 20_000][below(random, 4)]}`;
    const ruled = below(random, 8) === 0 ? ', except_asn: [64500]' : '';
    const order = withOrders && below(random, 3) > 0 ? anyOrder(random) : undefined;
    const others = ['nearest', 'never'][below(random, 2)];
    const named = order === undefined ? '' : `, order: any, others: ${others}`;
    return soundZone(
      `zone: z${zone}.example.org\nns: [ns.example.net]\npools: { "@": { ${terms}${ruled}${named} } }\nmirrors:\n${mirrors.join('')}\n${order ?? ''}`,
    );
  });
}

/** Clients whom the databases above have. */
const CLIENTS = {
  continents: ['NA', 'AF', 'EU'],
  countries: ['DE', 'FR', 'US'],
  subdivisions: ['US-TX', 'US-CA'],
  asn: ['64500', '64501'],
  networks: ['20.0.0.0/9', '20.1.0.0/16', '10.0.0.0/8', '2a00::/13'],
};

/** An order of mirrors that each of those zones has. */
function anyOrder(random: Random): string {
  const list = () => ['[m0]', '[m1, m0]', '[[m0, m1]]', '[m1, "*"]', '["*"]'][below(random, 5)];
  const kinds = Object.entries(CLIENTS).map(([by, keys]) => {
    const own = keys.filter(() => below(random, 3) === 0).map((key) => `"${key}": ${list()}`);
    return `    ${by}: { ${own.join(', ')} }\n`;
  });
  return `orders:\n  any:\n    ${below(random, 2) === 0 ? `default: ${list()}` : 'x-note: no default'}\n${kinds.join('')}`;
}

t.test('many zones of which each has mirrors elsewhere, with and without rules and orders', async (t) => {
  const databases = { locations: LOCATIONS, asns: scanAsnsOf(ASN_FILE), asnFile: ASN_FILE };
  for (const grid of [false, true]) {
    compare(t, plansOf(manyZones(seededRandom(7), 20), LOCATIONS), databases, addresses(1000), grid);
    compare(t, plansOf(manyZones(seededRandom(9), 20, true), LOCATIONS), databases, addresses(1000), grid);
  }
});

t.test('the scope of each of many pools is that which it would have alone', async (t) => {
  for (let seed = 0; seed < 8; seed++) {
    const random = seededRandom(seed);
    const withOrders = seed % 2 === 1;
    const plans = plansOf(manyZones(random, 12, withOrders), LOCATIONS);
    const databases = { locations: LOCATIONS, asns: scanAsnsOf(ASN_FILE) };
    const asked = [...addresses(400), ...edgesOf(plans)];
    for (const memory of [0, Infinity]) {
      const together = compileGeographies(plans, databases, memory);
      for (const [i, plan] of plans.entries()) {
        const alone = compileAlone(plan, databases, memory === 0);
        const own = together[i];
        if (own === undefined) throw new Error('a geography is missing');
        for (const address of asked) {
          const [a, b] = [find(own.table, address), find(alone.table, address)];
          // The squares of the grid are split by all regions that any order names.
          const isSame = withOrders && memory === 0 ? a.depth >= b.depth : a.depth === b.depth;
          if (!isSame || a.special !== b.special) {
            t.fail(
              `${address.text} with seed ${seed}, geography ${i}, memory ${memory}: /${a.depth}, not /${b.depth}`,
            );
          }
          if (catchmentOf(own, address) !== catchmentOf(alone, address))
            t.fail(`${address.text}: another catchment`);
        }
      }
    }
  }
  t.pass();
});

t.test('exact maps take no more memory than they may; what does not fit is over the grid', async (t) => {
  const plans = plansOf(manyZones(seededRandom(1), 6), LOCATIONS);
  const databases = { locations: LOCATIONS, asns: scanAsnsOf(ASN_FILE) };
  const exact = compileGeographies(plans, databases, Infinity);
  t.ok(exact.every(({ isOnGrid }) => !isOnGrid));
  const octets = octetsOfExact(exact);
  const compiled = (memory: number): boolean[] =>
    compileGeographies(plans, databases, memory).map(({ isOnGrid }) => isOnGrid);
  for (const memory of [0, 1000, octets - 1, octets, octets + 1, 10 * octets]) {
    t.same(
      compiled(memory),
      plans.map(() => memory < octets),
      `${memory} of ${octets} octets`,
    );
    t.same(whichOnGrid(plans, databases, memory), compiled(memory), 'and that can be told beforehand');
  }
  t.equal(octetsOfExact(compileGeographies(plans, databases, 0)), 0);
});

t.test('a pool of very many mirrors is over the grid, and no other for its sake', async (t) => {
  const crowd = Array.from({ length: 2049 }, (_, i) => ({
    weight: 1,
    asn: [],
    networks: [],
    point: toVector({ latitude: (i % 160) - 80, longitude: (i % 360) - 180 }),
  }));
  const settings = { answers: 1, nearKm: 0, sameCountryFirst: false };
  const large: GeographyPlan = { candidates: crowd, networks: [], settings };
  const fitting: GeographyPlan = { candidates: crowd.slice(0, 2048), networks: [], settings };
  const others = plansOf([ZONE], LOCATIONS);
  const plans = [...others, large, fitting];
  const compiled = compileGeographies(plans, { locations: LOCATIONS }, Infinity);
  t.same(
    compiled.map(({ isOnGrid }) => isOnGrid),
    plans.map((plan) => plan === large),
  );
  t.same(
    whichOnGrid(plans, { locations: LOCATIONS }, Infinity),
    plans.map((plan) => plan === large),
  );
});

t.test('on the grid too, an answer that does not depend on the client has scope 0', async (t) => {
  const zone = soundZone(`
zone: dl.example.org
ns: [ns.example.net]
pools: { flat: { near_km: 20000, mirrors: [a, b] }, one: { mirrors: [a] }, near: { answers: 1, mirrors: [a, b] } }
mirrors: { a: { addresses: [192.0.2.1], location: { country: DE } }, b: { addresses: [192.0.2.2], location: { country: JP } } }
`);
  const plans = plansOf([zone], LOCATIONS);
  const geographies = compileGeographies(plans, { locations: LOCATIONS }, 0);
  t.equal(geographies.length, 3);
  const scopes = geographies.map(({ table }) =>
    Math.max(...addresses(300).map((address) => find(table, address).depth)),
  );
  t.same(scopes.slice(0, 2), [0, 0]);
  t.ok((scopes[2] ?? 0) > 0);
});

t.test('a geography without distances has one catchment but for its rules', async (t) => {
  const flat = soundZone(`
zone: dl.example.org
ns: [ns.example.net]
pools: { "@": { near_km: 20000 } }
mirrors: { a: { addresses: [192.0.2.1], location: { country: DE } }, b: { addresses: [192.0.2.2], location: { country: JP } } }
`);
  const [geography] = compileGeographies(plansOf([flat], LOCATIONS), { locations: LOCATIONS }, Infinity);
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
