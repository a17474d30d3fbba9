/** What addresses are in beside their country, read in both ways. */
import t from 'tap';
import { databaseOf } from '../../src/geo/database.js';
import { mmdbOfBytes } from '../../src/geo/mmdb-file.js';
import { indexRecords } from '../../src/geo/record-index.js';
import { readRegions, subdivisionsIn } from '../../src/geo/regions.js';
import { parseAddress } from '../../src/ip/address.js';
import type { Region } from '../../src/platform/types.js';
import { type MmdbValue, writeMmdb } from '../mmdb-writer.js';
import { sharedDatabase } from './shared-databases.js';

const ALL = { continents: true, wantsSubdivision: () => true };

const SHAPES: readonly (readonly [string, MmdbValue, Region])[] = [
  [
    "MaxMind's City",
    {
      continent: { code: 'EU', names: { en: 'Europe' } },
      country: { iso_code: 'GB' },
      subdivisions: [{ iso_code: 'ENG', names: { en: 'England' } }, { iso_code: 'WBK' }],
    },
    { continent: 'EU', subdivision: 'GB-ENG' },
  ],
  [
    "IPinfo's Lite",
    { country: 'Germany', country_code: 'DE', continent: 'Europe', continent_code: 'EU' },
    { continent: 'EU' },
  ],
  ["IPinfo's country", { country: 'DE', continent: 'EU' }, { continent: 'EU' }],
  ["IPinfo's location", { country: 'US', region: 'Texas', region_code: 'TX' }, { subdivision: 'US-TX' }],
  ['a continent alone', { continent: { code: 'AS' } }, { continent: 'AS' }],
  ['a subdivision without its country', { subdivisions: [{ iso_code: 'TX' }] }, {}],
  ['codes that are none', { country_code: 'US', continent_code: 'XX', region_code: 'Texas' }, {}],
  ['no subdivisions', { country_code: 'US', subdivisions: [] }, {}],
  ['something else', { country_code: 'US', continent: [{ code: 7 }], subdivisions: 'TX' }, {}],
  ['a list of texts', { country_code: 'US', subdivisions: ['TX'] }, {}],
];

t.test('regions of all vendors, read in both ways alike', async (t) => {
  for (const [name, record, region] of SHAPES) {
    const file = mmdbOfBytes('x', writeMmdb({ type: 'Test', entries: { '10.0.0.0/8': record } }));
    const address = parseAddress('10.0.0.1');
    if (address === null) throw new Error('no address');
    t.strictSame(databaseOf(file).regionOf(address), region, `${name}, looked up`);
    const { numbers, all } = readRegions(file, indexRecords(file), ALL);
    t.strictSame(all[numbers[1] ?? 0], region, name);
    t.strictSame(all[numbers[0] ?? 9], {}, 'the unknown');
  }
});

t.test('only what is asked for is told apart', async (t) => {
  const entries = {
    '10.0.0.0/8': { country_code: 'US', region_code: 'TX', continent_code: 'NA' },
    '11.0.0.0/8': { country_code: 'US', region_code: 'CA', continent_code: 'NA' },
    '12.0.0.0/8': { country_code: 'DE', region_code: 'BE', continent_code: 'EU' },
  };
  const bytes = writeMmdb({ type: 'Test', entries });
  const file = mmdbOfBytes('x', bytes);
  const regions = (continents: boolean, ...codes: string[]) =>
    readRegions(file, indexRecords(file), { continents, wantsSubdivision: (code) => codes.includes(code) })
      .all;
  t.same(regions(false), [{}]);
  t.same(regions(true), [{}, { continent: 'NA' }, { continent: 'EU' }]);
  t.same(regions(false, 'US-TX'), [{}, { subdivision: 'US-TX' }]);
  const path = `${t.testdir({ 'x.mmdb': bytes })}/x.mmdb`;
  t.same([...subdivisionsIn(path)].sort(), ['DE-BE', 'US-CA', 'US-TX']);
});

const city = sharedDatabase('GeoLite2-City-Test.mmdb');
t.test("MaxMind's City test", { skip: !city }, async (t) => {
  t.ok(['GB-ENG', 'US-WA', 'SE-E', 'CN-22'].every((code) => subdivisionsIn(city ?? '').has(code)));
});
