import { join } from 'node:path';
import t from 'tap';
import { embeddedDatabasePath } from '../../src/geo/embedded.js';
import { chooseSources, describeSource } from '../../src/geo/geo-sources.js';
import { writeMmdb } from '../mmdb-writer.js';
import { ODD_FILES, putInPlace } from '../state/odd-files.js';

const city = writeMmdb({
  type: 'GeoLite2-City',
  entries: { '192.0.2.0/24': { country: { iso_code: 'DE' } } },
  buildEpoch: 1_700_000_000,
});
const country = writeMmdb({ type: 'GeoLite2-Country', entries: {} });
const asn = writeMmdb({ type: 'GeoLite2-ASN', entries: {} });
const embedded = { path: embeddedDatabasePath(), source: 'embedded' };

t.test('with nothing else, the embedded database, and no AS numbers', async (t) => {
  const directory = t.testdir({});
  t.strictSame(chooseSources({ configured: {}, directory }), { location: embedded, problems: [] });
  t.strictSame(chooseSources({ configured: {}, directory: join(directory, 'missing') }), {
    location: embedded,
    problems: [],
  });
});

t.test('what was updated comes before what is embedded, City before Country', async (t) => {
  const both = t.testdir({
    'GeoLite2-City.mmdb': city,
    'GeoLite2-Country.mmdb': country,
    'GeoLite2-ASN.mmdb': asn,
  });
  t.strictSame(chooseSources({ configured: {}, directory: both }), {
    location: { path: join(both, 'GeoLite2-City.mmdb'), source: 'updated' },
    asn: { path: join(both, 'GeoLite2-ASN.mmdb'), source: 'updated' },
    problems: [],
  });
});

t.test('Country where there is no City', async (t) => {
  const directory = t.testdir({ 'GeoLite2-Country.mmdb': country });
  t.strictSame(chooseSources({ configured: {}, directory }), {
    location: { path: join(directory, 'GeoLite2-Country.mmdb'), source: 'updated' },
    problems: [],
  });
});

t.test('what is configured wins', async (t) => {
  const directory = t.testdir({
    'GeoLite2-City.mmdb': city,
    'GeoLite2-ASN.mmdb': asn,
    mine: { 'c.mmdb': country, 'a.mmdb': asn },
  });
  const configured = { city: join(directory, 'mine/c.mmdb'), asn: join(directory, 'mine/a.mmdb') };
  t.strictSame(chooseSources({ configured, directory }), {
    location: { path: configured.city, source: 'configured' },
    asn: { path: configured.asn, source: 'configured' },
    problems: [],
  });
});

t.test('whatever lies where a database should be is passed over and said', async (t) => {
  const directory = t.testdir({});
  const path = join(directory, 'GeoLite2-City.mmdb');
  for (const odd of Object.keys(ODD_FILES)) {
    putInPlace(odd, path);
    t.match(
      chooseSources({ configured: { asn: path }, directory }),
      {
        location: embedded,
        problems: [{}, {}].map(() => new RegExp(`^${path}: .*; fetch the database again`)),
      },
      odd,
    );
  }
});

t.test('a file that is of no use is passed over and said', async (t) => {
  const directory = t.testdir({
    'GeoLite2-City.mmdb': city.subarray(0, 50),
    'GeoLite2-Country.mmdb': country,
    'GeoLite2-ASN.mmdb': city,
    'asn.mmdb': asn,
  });
  const configured = { city: join(directory, 'missing.mmdb'), asn: join(directory, 'asn.mmdb') };
  const { location, asn: owner, problems } = chooseSources({ configured, directory });
  t.strictSame(location, { path: join(directory, 'GeoLite2-Country.mmdb'), source: 'updated' });
  t.strictSame(owner, { path: configured.asn, source: 'configured' });
  t.equal(problems.length, 2);
  t.match(problems[0], /missing\.mmdb: can't be read: ENOENT/);
  t.match(problems[1], /GeoLite2-City\.mmdb: not a MaxMind DB file, or cut off/);
});

t.test('a database of the other kind is of no use', async (t) => {
  const directory = t.testdir({ 'GeoLite2-ASN.mmdb': city, 'a.mmdb': asn });
  const chosen = chooseSources({ configured: { city: join(directory, 'a.mmdb') }, directory });
  t.strictSame(chosen.location, embedded);
  t.equal(chosen.asn, undefined);
  t.match(chosen.problems[0], /a\.mmdb: GeoLite2-ASN does not name locations/);
  t.match(chosen.problems[1], /GeoLite2-ASN\.mmdb: GeoLite2-City does not name AS numbers/);
});

t.test('a file that turned out to be damaged is not chosen again', async (t) => {
  const directory = t.testdir({ 'GeoLite2-City.mmdb': city });
  const path = join(directory, 'GeoLite2-City.mmdb');
  const refused = new Map([[path, `${path}: damaged at byte 7`]]);
  t.strictSame(chooseSources({ configured: {}, directory, refused }), {
    location: embedded,
    problems: [`${path}: damaged at byte 7`],
  });
});

t.test('what status says of a database', async (t) => {
  const path = join(t.testdir({ 'x.mmdb': city }), 'x.mmdb');
  t.strictSame(describeSource({ path, source: 'configured' }), {
    type: 'GeoLite2-City',
    source: 'configured',
    build_epoch: 1_700_000_000,
    path,
  });
  t.throws(() => describeSource({ path: `${path}.gone`, source: 'configured' }), {
    code: 'DATABASE_INVALID',
  });
});
