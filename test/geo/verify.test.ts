import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { embeddedDatabasePath } from '../../src/geo/embedded.js';
import { mmdbOfBytes } from '../../src/geo/mmdb-file.js';
import { type ExpectedDatabase, verifyDatabase } from '../../src/geo/verify.js';
import { GeopoolError } from '../../src/platform/errors.js';
import { type MmdbContent, writeMmdb } from '../mmdb-writer.js';
import { badDatabases, sharedDatabase } from './shared-databases.js';

const invalid = (message: RegExp) => ({ code: 'DATABASE_INVALID', message });

/** What the database at a path says of itself, once it is found sound. */
const verified = (path: string, expected?: ExpectedDatabase) => verifyDatabase(path, expected).file.metadata;

const CITY: MmdbContent = {
  type: 'GeoLite2-City',
  aliases: true,
  entries: {
    '2.0.0.0/7': { country: { iso_code: 'FR', names: { de: 'Frankreich', en: 'France' } } },
    '2.125.160.216/29': {
      city: { names: { en: 'Boxford' } },
      country: { iso_code: 'GB', names: { de: 'Vereinigtes Königreich', en: 'United Kingdom' } },
      location: { latitude: 51.75, longitude: -1.25, time_zone: 'Europe/London' },
      subdivisions: [{ iso_code: 'ENG', names: { en: 'England' } }],
    },
    '2001:218::/32': { country: { iso_code: 'JP' }, location: { latitude: 35.7, longitude: 139.7 } },
    '2600::/12': { country: { iso_code: 'US' }, location: { latitude: 37.8, longitude: -97.8 } },
  },
};

t.test('sound databases are accepted', async (t) => {
  const dir = t.testdir({
    'city.mmdb': writeMmdb(CITY),
    'asn.mmdb': writeMmdb({
      type: 'GeoLite2-ASN',
      entries: { '10.0.0.0/8': { autonomous_system_number: 64_500 } },
    }),
    'v4.mmdb': writeMmdb({ type: 'flat', ipVersion: 4, entries: { '10.0.0.0/8': { country_code: 'DE' } } }),
    'v6.mmdb': writeMmdb({ type: 'flat', entries: { '2001:db8::/32': { country_code: 'DE' } } }),
  });
  t.match(verified(join(dir, 'city.mmdb'), { kind: 'location', edition: 'GeoLite2-City' }), {
    type: 'GeoLite2-City',
    buildEpoch: 1_750_000_000,
  });
  t.match(verified(join(dir, 'asn.mmdb'), { kind: 'asn' }), { type: 'GeoLite2-ASN' });
  t.match(verified(join(dir, 'v4.mmdb')), { ipVersion: 4 });
  t.match(verified(join(dir, 'v6.mmdb')), { ipVersion: 6 });
  t.match(verified(embeddedDatabasePath(), { kind: 'location' }), { type: /country/ });
});

t.test('the wrong database is refused', async (t) => {
  const dir = t.testdir({
    'city.mmdb': writeMmdb(CITY),
    'empty.mmdb': writeMmdb({ type: 'GeoLite2-City', entries: {} }),
    'other.mmdb': writeMmdb({ type: 'Test', entries: { '10.0.0.0/8': { ip: '10.0.0.0' } } }),
    'noasn.mmdb': writeMmdb({ type: 'GeoLite2-ASN', entries: { '10.0.0.0/8': { country_code: 'DE' } } }),
  });
  const city = join(dir, 'city.mmdb');
  t.throws(
    () => verifyDatabase(city, { edition: 'GeoLite2-Country' }),
    invalid(/city\.mmdb: it is GeoLite2-City, not GeoLite2-Country/),
  );
  t.throws(
    () => verifyDatabase(city, { kind: 'asn' }),
    invalid(
      /GeoLite2-City does not name AS numbers: its records have country, location, and .*asn is not there/,
    ),
  );
  t.throws(
    () => verifyDatabase(join(dir, 'empty.mmdb')),
    invalid(/GeoLite2-City does not name locations: it has no records at all/),
  );
  t.throws(
    () => verifyDatabase(join(dir, 'other.mmdb')),
    invalid(
      /Test does not name locations: its records have ip, and .*country\.iso_code, country_code, .*lng is not there/,
    ),
  );
  t.throws(() => verifyDatabase(join(dir, 'noasn.mmdb')), invalid(/does not name AS numbers/));
  t.throws(() => verifyDatabase(join(dir, 'missing.mmdb')), invalid(/can't be read: ENOENT/));
});

t.test('what a database is for follows from what is in it', async (t) => {
  const record = { country: 'Germany', country_code: 'DE', asn: 'AS64500', as_name: 'Example' };
  const dir = t.testdir({
    'lite.mmdb': writeMmdb({ type: 'ipinfo generic_lite.mmdb', entries: { '10.0.0.0/8': record } }),
  });
  for (const kind of ['location', 'asn'] as const) {
    t.match(verified(join(dir, 'lite.mmdb'), { kind }), { type: 'ipinfo generic_lite.mmdb' }, kind);
  }
});

t.test('names of fields that are no words are not repeated', async (t) => {
  const entries = { '10.0.0.0/8': { '\u001b[2Jforged: line\n': 1, [`x${'y'.repeat(99)}`]: 2, plain: 3 } };
  const dir = t.testdir({ 'x.mmdb': writeMmdb({ type: 'Test', entries }) });
  t.throws(() => verifyDatabase(join(dir, 'x.mmdb')), invalid(/its records have plain, and/));
});

t.test('damage that no field of ours is in is found too', async (t) => {
  const bytes = writeMmdb(CITY);
  const separator = mmdbOfBytes('x', bytes).data.start - 8;
  const faults: [string, (copy: Buffer) => void, RegExp][] = [
    [
      'a city name of an unknown type',
      (copy) => copy.set([0x00, 0x20], copy.indexOf('Boxford') - 1),
      /unknown type/,
    ],
    ['a separator that is not empty', (copy) => copy.set([1], separator), /no empty bytes/],
  ];
  for (const [name, damage, message] of faults) {
    const copy = Buffer.from(bytes);
    damage(copy);
    const path = join(t.testdir({ 'x.mmdb': copy }), 'x.mmdb');
    t.throws(() => verifyDatabase(path), invalid(message), name);
  }
});

t.test('whatever is bad on purpose is refused, soon', { skip: badDatabases().length === 0 }, async (t) => {
  for (const path of badDatabases()) {
    const before = performance.now();
    t.throws(() => verifyDatabase(path), { code: 'DATABASE_INVALID' }, basename(path));
    t.ok(performance.now() - before < 5000, 'in time');
  }
});

/** What came of verifying: accepted, or refused as it should be; anything else is thrown on. */
function verdictOf(path: string, bytes: Uint8Array): 'accepted' | 'refused' {
  writeFileSync(path, bytes);
  try {
    verifyDatabase(path);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof GeopoolError) || error.code !== 'DATABASE_INVALID') throw error;
    if (!error.message.startsWith(path))
      throw new Error(`the message does not name the file: ${error.message}`);
    return 'refused';
  }
}

const sources: [string, Buffer][] = [['a database of ours', writeMmdb(CITY)]];
const shared = sharedDatabase('GeoLite2-City-Test.mmdb');
if (shared !== undefined) sources.push(['GeoLite2-City-Test.mmdb', readFileSync(shared)]);

for (const [name, bytes] of sources) {
  t.test(`${name}, cut anywhere, is refused`, async (t) => {
    const path = join(t.testdir({}), 'cut.mmdb');
    const step = Math.max(1, Math.floor(bytes.length / 200));
    for (let length = 0; length < bytes.length; length += step) {
      if (verdictOf(path, bytes.subarray(0, length)) === 'accepted') t.fail(`cut at ${length}`);
    }
    t.equal(verdictOf(path, bytes), 'accepted', 'whole, it is not');
  });

  t.test(`${name}, with bytes changed at random, is accepted or refused and nothing else`, async (t) => {
    const path = join(t.testdir({}), 'changed.mmdb');
    const change = fc.record({ at: fc.nat(bytes.length - 1), value: fc.nat(255) });
    // The metadata is short and decides most, so half of the changes go there.
    const metadata = bytes.lastIndexOf('abcdef4d61784d696e642e636f6d', undefined, 'hex');
    const inMetadata = fc.record({
      at: fc.integer({ min: metadata, max: bytes.length - 1 }),
      value: fc.nat(255),
    });
    const changes = fc.array(fc.oneof(change, inMetadata), { minLength: 1, maxLength: 12 });
    const verdicts = new Set<string>();
    const property = fc.property(
      fc.oneof(fc.array(change, { minLength: 1, maxLength: 4 }), changes),
      (list) => {
        const copy = Buffer.from(bytes);
        for (const { at, value } of list) copy[at] = value;
        verdicts.add(verdictOf(path, copy));
      },
    );
    t.doesNotThrow(() => fc.assert(property, { numRuns: 150, seed: 11, endOnFailure: true }));
    t.strictSame([...verdicts].sort(), ['accepted', 'refused'], 'both happened');
  });
}
