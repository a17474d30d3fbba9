/** Maps that are kept between starts: used only if they are whole and of the same databases and geography. */
import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { compileGeographies } from '../../src/compile/geography.js';
import { openMapCache } from '../../src/compile/map-cache.js';
import { planPools } from '../../src/compile/pool-plan.js';
import type { GeoSources } from '../../src/geo/geo-sources.js';
import { readMmdb } from '../../src/geo/mmdb-file.js';
import { writeMmdb } from '../mmdb-writer.js';
import { ODD_FILES, putInPlace } from '../state/odd-files.js';
import { soundZone } from '../zone/zone-text.js';

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
  return { maps, path, write, files, open: () => openMapCache(maps, sources), sources };
}

const plans = plansOf('{ "@": { answers: 1 }, x: { answers: 2, near_km: 0 } }');

t.test('what was kept comes back as it was', async (t) => {
  const { path, open, files } = scene(t);
  const geographies = compileGeographies(plans, { locations: readMmdb(path) });
  t.equal(geographies.length, 2);
  const cache = open();
  for (const plan of plans) t.equal(cache.load(plan), undefined);
  cache.save(plans, geographies);
  t.equal(files().length, 2);
  for (const [i, plan] of plans.entries()) {
    const loaded = open().load(plan);
    t.same(loaded, geographies[i]);
    t.ok(loaded?.table.map.buffer instanceof SharedArrayBuffer);
    t.ok(loaded?.table.jump.buffer instanceof SharedArrayBuffer);
  }
});

t.test('what is not in use any more goes, what is stays', async (t) => {
  const { maps, path, open, files } = scene(t);
  const geographies = compileGeographies(plans, { locations: readMmdb(path) });
  open().save(plans, geographies);
  const [first] = files();
  writeFileSync(join(maps, `.${first}.1.tmp`), '');
  open().save(plans.slice(0, 1), geographies.slice(0, 1));
  t.equal(files().length, 1);
  const kept = plans[0];
  t.ok(kept && open().load(kept));
  t.ok(first);
});

t.test('another database, or another geography, has other maps', async (t) => {
  const { path, open, write, sources, maps } = scene(t);
  const geographies = compileGeographies(plans, { locations: readMmdb(path) });
  open().save(plans, geographies);
  const [plan] = plans;
  const [other] = plansOf('{ "@": { answers: 1, near_km: 1 } }');
  if (plan === undefined || other === undefined) throw new Error('no plan');
  t.ok(open().load(plan));
  t.equal(open().load(other), undefined);
  const asn = join(maps, '..', 'asn.mmdb');
  writeFileSync(asn, writeMmdb({ type: 'X-ASN', entries: {} }));
  t.equal(
    openMapCache(maps, { ...sources, asn: { path: asn, source: 'configured' } }).load(plan),
    undefined,
    'with AS numbers',
  );
  write('US');
  utimesSync(path, 1, 1);
  t.equal(open().load(plan), undefined, 'the same path with other content');
});

t.test('a weight changes no map', async (t) => {
  const { path, open } = scene(t);
  open().save(plans, compileGeographies(plans, { locations: readMmdb(path) }));
  const [plan] = plans;
  if (plan === undefined) throw new Error('no plan');
  const heavier = { ...plan, candidates: plan.candidates.map((candidate) => ({ ...candidate, weight: 9 })) };
  t.ok(open().load(heavier));
});

t.test('a file that is not whole, or not as it was written, is none', async (t) => {
  const { maps, path, open, files } = scene(t);
  const [plan] = plans;
  if (plan === undefined) throw new Error('no plan');
  const geographies = compileGeographies([plan], { locations: readMmdb(path) });
  open().save([plan], geographies);
  const file = join(maps, files()[0] ?? '');
  const whole = readFileSync(file);
  const loadsWith = (bytes: Buffer): boolean => {
    writeFileSync(file, bytes);
    return open().load(plan) !== undefined;
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
  const { maps, path, open, files } = scene(t);
  const geographies = compileGeographies(plans, { locations: readMmdb(path) });
  open().save(plans, geographies);
  const [first = ''] = files();
  for (const odd of Object.keys(ODD_FILES)) {
    putInPlace(odd, join(maps, first));
    const cache = open();
    t.equal(plans.filter((plan) => cache.load(plan) !== undefined).length, 1, odd);
    cache.save(plans, geographies);
    t.ok(
      plans.every((plan) => open().load(plan) !== undefined),
      odd,
    );
  }
  writeFileSync(join(maps, first), readFileSync(join(maps, first)).subarray(1));
  const cache = open();
  for (const plan of plans) cache.load(plan);
  cache.save(plans, geographies);
  t.ok(
    plans.every((plan) => open().load(plan) !== undefined),
    'a damaged one is replaced as well',
  );
});

t.test('a database that goes while its maps are looked for is no fault of theirs', async (t) => {
  const { path, open } = scene(t);
  rmSync(path);
  const [plan] = plans;
  t.equal(plan && open().load(plan), undefined);
});
