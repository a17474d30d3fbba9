/** Maps that are kept between starts: used only if they are whole and of the same databases and geography. */
import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { compileGeographies } from '../../../src/compile/map/geography.js';
import { openMapCache } from '../../../src/compile/map/map-cache.js';
import { packMaps } from '../../../src/compile/map/packed-maps.js';
import { planPools } from '../../../src/compile/pool-plan.js';
import { identityOf } from '../../../src/geo/file-identity.js';
import type { GeoSources } from '../../../src/geo/geo-sources.js';
import { readMmdb } from '../../../src/geo/mmdb-file.js';
import { writeMmdb } from '../../mmdb-writer.js';
import { ODD_FILES, putInPlace } from '../../state/odd-files.js';
import { soundZone } from '../../zone/zone-text.js';

function plansOf(pools: string) {
  const text = `zone: dl.example.org\nns: [ns.example.net]\npools: ${pools}\nmirrors:\n  a: { addresses: [192.0.2.1], location: { country: DE, latitude: 50, longitude: 10 } }\n  b: { addresses: [192.0.2.2], networks: [11.0.0.0/24], location: { country: US, latitude: 40, longitude: -80 } }\n`;
  return planPools([soundZone(text)], (_zone, { location: { country, latitude = 0, longitude = 0 } }) => ({
    ...(country !== undefined && { country }),
    point: { latitude, longitude },
  })).geographies;
}

function scene(t: Test) {
  const directory = t.testdir({ maps: {} });
  const path = join(directory, 'city.mmdb');
  const write = (country: string): void =>
    writeFileSync(path, writeMmdb({ type: 'X-City', entries: { '11.0.0.0/8': { country_code: country } } }));
  write('DE');
  const sources: GeoSources = { location: { path, source: 'configured' }, problems: [], passedOver: [] };
  const maps = join(directory, 'maps');
  const files = (): string[] => readdirSync(maps).sort();
  const open = (of = plans, memory = MEMORY) => openMapCache(maps, sources, of, memory);
  const pack = (memory = MEMORY) =>
    packMaps(compileGeographies(plans, { locations: readMmdb(path) }, memory));
  return { maps, path, write, files, open, pack, sources };
}

const MEMORY = 1e6;
const plans = plansOf(
  '{ "@": { answers: 1 }, x: { answers: 2, near_km: 0 }, y: { near_km: 20000, mirrors: [a] } }',
);

t.test('what was kept comes back as it was, exact maps and those over the grid', async (t) => {
  for (const memory of [MEMORY, 0]) {
    const { open, pack, files } = scene(t);
    const packed = pack(memory);
    t.equal(packed.geographies.length, 3);
    t.equal(open(plans, memory).load(), undefined);
    open(plans, memory).save(packed);
    t.equal(files().length, 1);
    const loaded = open(plans, memory).load() ?? [];
    t.same(loaded, packed.geographies);
    t.same(loaded, compileGeographies(plans, { locations: readMmdb(scene(t).path) }, memory));
    t.equal(loaded[0]?.table.map, loaded[1]?.table.map, 'a tree that is shared stays so');
  }
});

t.test('what is not in use any more goes', async (t) => {
  const { maps, open, pack, files } = scene(t);
  open().save(pack());
  const [first = ''] = files();
  writeFileSync(join(maps, `.${first}.1.tmp`), '');
  writeFileSync(join(maps, 'notes'), '');
  const others = plans.slice(0, 1);
  open(others).save(pack());
  t.equal(files().length, 2);
  t.ok(files().includes('notes'), 'what is none of ours stays');
  t.equal(open().load(), undefined);
  t.ok(open(others).load());
});

t.test('another database, other geographies or other memory have other maps', async (t) => {
  const { path, open, pack, write, sources, maps } = scene(t);
  open().save(pack());
  t.ok(open().load());
  t.equal(open(plansOf('{ "@": { answers: 1, near_km: 1 } }')).load(), undefined);
  t.equal(open([...plans].reverse()).load(), undefined, 'in another order');
  t.equal(open(plans, MEMORY + 1).load(), undefined);
  const asn = join(maps, '..', 'asn.mmdb');
  writeFileSync(asn, writeMmdb({ type: 'X-ASN', entries: {} }));
  const withAsns: GeoSources = { ...sources, asn: { path: asn, source: 'configured' } };
  t.equal(openMapCache(maps, withAsns, plans, MEMORY).load(), undefined, 'with AS numbers');
  write('US');
  utimesSync(path, 1, 1);
  t.equal(open().load(), undefined, 'the same path with other content');
});

t.test('a database that is replaced while it is read', async (t) => {
  const { path, open, pack, write, sources, maps, files } = scene(t);
  const chosen = (): GeoSources => ({
    ...sources,
    location: { ...sources.location, identity: identityOf(path) },
  });
  const before = chosen();
  const packed = pack();
  write('US');
  utimesSync(path, 1, 1);
  const cache = openMapCache(maps, before, plans, MEMORY);
  cache.save(packed);
  t.equal(openMapCache(maps, chosen(), plans, MEMORY).load(), undefined, 'the next has other maps');
  t.same(files(), [], 'which file they were made of is not certain');
  openMapCache(maps, chosen(), plans, MEMORY).save(pack());
  t.ok(open().load());
});

t.test('a weight changes no map', async (t) => {
  const { open, pack } = scene(t);
  open().save(pack());
  const heavier = plans.map((plan) => ({
    ...plan,
    candidates: plan.candidates.map((candidate) => ({ ...candidate, weight: 9 })),
  }));
  t.ok(open(heavier).load());
});

t.test('a file that is not whole, or not as it was written, is none', async (t) => {
  const { maps, open, pack, files } = scene(t);
  open().save(pack());
  const file = join(maps, files()[0] ?? '');
  const whole = readFileSync(file);
  const loadsWith = (bytes: Buffer): boolean => {
    writeFileSync(file, bytes);
    return open().load() !== undefined;
  };
  for (let length = 0; length < whole.length; length += 7) {
    if (loadsWith(whole.subarray(0, length))) t.fail(`${length} of ${whole.length} octets`);
  }
  for (let at = 0; at < whole.length; at += 11) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ 1;
    if (loadsWith(changed)) t.fail(`octet ${at} of ${whole.length}`);
  }
  t.equal(loadsWith(Buffer.concat([whole, Buffer.of(0)])), false);
  t.equal(loadsWith(whole), true);
});

t.test('whatever lies where a map should be, it is worked out again and then kept', async (t) => {
  const { maps, open, pack, files } = scene(t);
  const packed = pack();
  open().save(packed);
  const [first = ''] = files();
  for (const odd of Object.keys(ODD_FILES)) {
    putInPlace(odd, join(maps, first));
    t.equal(open().load(), undefined, odd);
    open().save(packed);
    t.ok(open().load(), odd);
  }
  writeFileSync(join(maps, first), readFileSync(join(maps, first)).subarray(1));
  t.equal(open().load(), undefined);
  open().save(packed);
  t.ok(open().load(), 'a damaged one is replaced as well');
});

t.test('a directory that is not there is made', async (t) => {
  const { maps, open, pack } = scene(t);
  rmSync(maps, { recursive: true });
  t.equal(open().load(), undefined);
  open().save(pack());
  t.ok(open().load());
});

t.test('a database that goes while its maps are looked for is no fault of theirs', async (t) => {
  const { path, open } = scene(t);
  rmSync(path);
  t.equal(open().load(), undefined);
});
