import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { shiftBetween } from '../../src/foresight/shift.js';
import { type MmdbValue, writeMmdb } from '../mmdb-writer.js';

const ZONE = `
zone: dl.example.org
ns: [ns.example.net]
pools: { "@": { answers: 1, near_km: 0, choose: [country, mirror] }, flat: { near_km: 20000 } }
mirrors:
  berlin: { addresses: [192.0.2.1, "2001:db8::1"], location: { country: DE } }
  tokyo: { addresses: [192.0.2.2], location: { country: JP } }
`;

t.test('what another database moves of each pool, the most first', async (t) => {
  const root = t.testdir({});
  const zones = join(root, 'zones');
  mkdirSync(zones);
  writeFileSync(join(zones, 'a.yaml'), ZONE);
  const database = (name: string, entries: Record<string, MmdbValue>): string => {
    const path = join(root, name);
    const records = Object.entries(entries).map(([prefix, place]) => [
      prefix,
      typeof place === 'string' ? { country_code: place } : place,
    ]);
    writeFileSync(path, writeMmdb({ type: 'Test-City', entries: Object.fromEntries(records) }));
    return path;
  };
  const before = { city: database('old.mmdb', { '20.0.0.0/8': 'DE', '21.0.0.0/8': 'JP' }) };
  const after = {
    city: database('new.mmdb', { '20.0.0.0/8': 'DE', '21.0.0.0/9': 'DE', '21.128.0.0/9': 'JP' }),
  };
  const shift = shiftBetween({ zones, hosts: new Map(), mapMemory: 1e8, before, after });
  t.match(shift[0], { zone: 'dl.example.org', pool: 'dl.example.org', family: 'ipv4', moved: 0.25 });
  t.same(
    shift.slice(1).map(({ moved }) => moved),
    [0, 0, 0],
    'where nobody is nearer, or there is only one, nothing moves',
  );
  const world = new Map([['DE-BE', 1]]);
  const abroad = {
    city: database('abroad.mmdb', { '20.0.0.0/8': { country_code: 'DE', latitude: 35, longitude: 139 } }),
  };
  const [weighed] = shiftBetween({ zones, hosts: new Map(), mapMemory: 1e8, world, before, after: abroad });
  t.equal(weighed?.moved, 1, 'subdivisions weigh in their country');
  t.same(
    shiftBetween({ zones, hosts: new Map(), mapMemory: 1e8, before, after: before }).map(
      ({ moved }) => moved,
    ),
    [0, 0, 0, 0],
  );
  const useless = { city: database('useless.mmdb', {}) };
  for (const [one, other] of [
    [before, useless],
    [useless, before],
  ] as const) {
    t.throws(
      () => shiftBetween({ zones, hosts: new Map(), mapMemory: 1e8, before: one, after: other }),
      { code: 'DATABASE_INVALID', message: /useless\.mmdb: .* does not name locations/ },
      'the embedded one is not compared in place of one that can not be used',
    );
  }
  const beside = { asn: useless.city };
  t.equal(
    shiftBetween({
      ...{ zones, hosts: new Map(), mapMemory: 1e8 },
      before: { ...before, ...beside },
      after: { ...after, ...beside },
    })[0]?.moved,
    0.25,
    'a fault of one that both share is none of them',
  );
  const changing = {
    get city() {
      // Read when the second world is built.
      writeFileSync(join(zones, 'a.yaml'), ZONE.replace('{ "@"', '{ early: { near_km: 20000 }, "@"'));
      return before.city;
    },
  };
  t.same(
    shiftBetween({ zones, hosts: new Map(), mapMemory: 1e8, before, after: changing })
      .map(({ pool, family, moved }) => `${pool} ${family} ${moved}`)
      .sort(),
    ['dl', 'flat.dl'].flatMap((name) => ['ipv4', 'ipv6'].map((family) => `${name}.example.org ${family} 0`)),
    'pools that were added between the two are left out',
  );
});
