/** Worlds from files: zones and databases as they lie there, and what is taken where one of them is damaged. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { buildWorld, sketchWorld, type WorldRequest } from '../../src/compile/world.js';
import { keyText } from '../../src/zone/dnssec-key-text.js';
import { makeKeys } from '../dnssec/make-keys.js';
import { writeMmdb } from '../mmdb-writer.js';

const ZONE = `zone: dl.example.org
ns: [ns.example.net]
pools: { "@": {} }
mirrors:
  a: { addresses: [11.0.0.1, "2001:db8::1"] }
  b: { addresses: [12.0.0.1], asn: [64500] }
  c: { addresses: [13.0.0.1], location: { country: JP, latitude: 35, longitude: 139 } }
`;
const CITY = writeMmdb({
  type: 'Test-City',
  entries: {
    '11.0.0.0/8': { country_code: 'DE', latitude: 50, longitude: 10 },
    '12.0.0.0/8': { country_code: 'US' },
  },
});
const ASN = writeMmdb({ type: 'Test-ASN', entries: { '12.0.0.0/8': { autonomous_system_number: 64_500 } } });

function request(
  t: Test,
  zones: Record<string, string>,
  databases: { readonly city?: Buffer; readonly asn?: Buffer } = {},
): WorldRequest {
  const directory = t.testdir({ zones, geo: {} });
  const write = (name: string, bytes: Buffer): string => {
    const path = join(directory, name);
    writeFileSync(path, bytes);
    return path;
  };
  return {
    zones: join(directory, 'zones'),
    geo: {
      directory: join(directory, 'geo'),
      mapMemory: 256e6,
      ...(databases.city && { city: write('city.mmdb', databases.city) }),
      ...(databases.asn && { asn: write('asn.mmdb', databases.asn) }),
    },
  };
}

t.test('zones over databases', async (t) => {
  const { world, geographies } = buildWorld(request(t, { 'a.yaml': ZONE }, { city: CITY, asn: ASN }));
  t.same(
    world.zones.map(({ zone }) => zone.name),
    ['dl.example.org'],
  );
  t.same(world.refused, []);
  t.match(world.maps, { memory: 256e6, onGrid: [false, false] });
  t.ok(world.maps.octets > 0);
  t.same(world.places[0]?.[0], { country: 'DE', point: { latitude: 50, longitude: 10 } });
  t.equal(world.places[0]?.[1]?.country, 'US');
  t.same(world.places[0]?.[2], { country: 'JP', point: { latitude: 35, longitude: 139 } });
  t.same(
    world.pools.map(({ owner, family, geography }) => [owner, family, geography]),
    [
      ['dl.example.org', 'ipv4', 0],
      ['dl.example.org', 'ipv6', 1],
    ],
  );
  t.equal(geographies.length, 2);
  t.same(
    world.geo.map(({ type, source }) => [type, source]),
    [
      ['Test-City', 'configured'],
      ['Test-ASN', 'configured'],
    ],
  );
  t.ok(world.names.names.nodes.buffer instanceof SharedArrayBuffer, 'handed between threads without a copy');
});

t.test('where a zone reflects there are maps of all countries and AS', async (t) => {
  const of = (text: string) =>
    buildWorld(request(t, { 'a.yaml': text }, { city: CITY, asn: ASN })).reflection;
  t.equal(of(ZONE), undefined);
  t.strictSame(
    [...(of(`${ZONE.replace(', asn: [64500]', '')}reflect: me\n`)?.asns?.numbers ?? [])],
    [0, 64_500],
  );
});

t.test('without databases the embedded one serves', async (t) => {
  const { world } = buildWorld(request(t, { 'a.yaml': ZONE }));
  t.equal(world.geo.length, 1);
  t.equal(world.geo[0]?.source, 'embedded');
  t.equal(world.sources.asn, undefined);
});

t.test('a damaged database is passed over, and the problem is said', async (t) => {
  // The tree leads out of the file: it opens, and fails when it is walked.
  const damaged = Buffer.from(CITY);
  damaged.fill(0xff, 0, 12);
  for (const databases of [
    { city: damaged, asn: ASN },
    { city: CITY, asn: damaged },
    { city: Buffer.from('x') },
  ]) {
    const asked = request(t, { 'a.yaml': ZONE }, databases);
    for (const { sources } of [buildWorld(asked).world, sketchWorld(asked)]) {
      t.equal(sources.problems.length, 1);
      const city = databases.city === CITY ? 'configured' : 'embedded';
      t.equal(sources.location.source, city);
    }
  }
});

t.test('a zone file that is wrong leaves the others alone', async (t) => {
  const other = ZONE.replaceAll('dl.example.org', 'dl.example.net');
  const { world } = buildWorld(request(t, { 'a.yaml': ZONE, 'b.yaml': other.replace('pools', 'pulls') }));
  t.equal(world.zones.length, 1);
  t.match(world.refused, [{ file: /b\.yaml$/, zone: 'dl.example.net' }]);
});

t.test('nothing that can be served is an error, with all that is wrong', async (t) => {
  t.throws(() => buildWorld(request(t, {})), { code: 'ZONE_INVALID' });
  const wrong = () => buildWorld(request(t, { 'a.yaml': 'zone: [', 'b.yaml': '[]' }));
  t.throws(wrong, {
    code: 'ZONE_INVALID',
    details: [/a\.yaml:1:7: the \[ that begins here/, /b\.yaml:1:1: the file must be/],
  });
});

t.test('a sketch is the same world, without maps', async (t) => {
  const asked = request(t, { 'a.yaml': ZONE }, { city: CITY });
  const sketch = sketchWorld(asked);
  const { world } = buildWorld(asked);
  t.same(sketch.places, world.places);
  t.same(sketch.pools.length, world.pools.length);
});

t.test('keys are read with the zones, where somebody is to sign', async (t) => {
  const keys = makeKeys('dl.example.org');
  const plain = { 'b.yaml': ZONE.replace('dl.example.org', 'plain.example') };
  const base = request(t, plain);
  const key = join(base.zones, 'key');
  writeFileSync(join(base.zones, 'a.yaml'), `${ZONE}dnssec: { key: ${key} }\n`);
  const keysOf = (given: Partial<WorldRequest>) =>
    buildWorld({ ...base, ...given }).world.zones.map(({ zone, keys }) => [zone.name, keys]);

  t.strictSame(keysOf({}), [
    ['dl.example.org', undefined],
    ['plain.example', undefined],
  ]);
  const { world } = buildWorld({ ...base, signing: { now: 1, known: new Map(), challenges: [] } });
  t.match(world.refused, [
    { zone: 'dl.example.org', faults: [{ file: key, message: /can't be read: ENOENT/ }] },
  ]);
  t.equal(world.zones.length, 1, 'without keys it is not served at all');
  t.equal(world.signedAt, 1);
  writeFileSync(key, keyText(keys), { mode: 0o600 });
  const read = [
    ['dl.example.org', keys],
    ['plain.example', undefined],
  ];
  t.strictSame(keysOf({ signing: { now: 1, known: new Map(), challenges: [] } }), read);
  writeFileSync(key, 'version: 1\n');
  t.strictSame(
    keysOf({ signing: { now: 1, known: new Map([['dl.example.org', keys]]), challenges: [] } }),
    read,
    'those from before go on',
  );
});
