import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { embeddedDatabasePath } from '../../src/geo/embedded.js';
import { identityOf } from '../../src/geo/file-identity.js';
import { chooseSources, describeSource, type GeoSources } from '../../src/geo/geo-sources.js';
import { formatNote, type LastGoodNote, lastGoodPaths } from '../../src/geo/last-good.js';
import { writeMmdb } from '../mmdb-writer.js';
import { ODD_FILES, putInPlace } from '../state/odd-files.js';

const city = writeMmdb({
  type: 'GeoLite2-City',
  entries: { '192.0.2.0/24': { country: { iso_code: 'DE' } } },
  buildEpoch: 1_700_000_000,
});
const country = writeMmdb({
  type: 'GeoLite2-Country',
  entries: { '192.0.2.0/24': { country: { iso_code: 'DE' } } },
});
const asn = writeMmdb({
  type: 'GeoLite2-ASN',
  entries: { '192.0.2.0/24': { autonomous_system_number: 64_500 } },
});
const embedded = { path: embeddedDatabasePath(), source: 'embedded' };
const updated = (directory: string, edition: string) => {
  const path = join(directory, `${edition}.mmdb`);
  return { path, source: 'updated', identity: identityOf(path) };
};
const named = (path: string) => ({ path, source: 'configured', identity: identityOf(path) });

t.test('with nothing else, the embedded database, and no AS numbers', async (t) => {
  const directory = t.testdir({});
  t.strictSame(chooseSources({ configured: {}, directory }), {
    location: embedded,
    problems: [],
    passedOver: [],
  });
  t.strictSame(chooseSources({ configured: {}, directory: join(directory, 'missing') }), {
    location: embedded,
    problems: [],
    passedOver: [],
  });
});

t.test('what was updated comes before what is embedded, City before Country', async (t) => {
  const both = t.testdir({
    'GeoLite2-City.mmdb': city,
    'GeoLite2-Country.mmdb': country,
    'GeoLite2-ASN.mmdb': asn,
  });
  t.strictSame(chooseSources({ configured: {}, directory: both }), {
    location: updated(both, 'GeoLite2-City'),
    asn: updated(both, 'GeoLite2-ASN'),
    problems: [],
    passedOver: [],
  });
});

t.test('Country where there is no City', async (t) => {
  const directory = t.testdir({ 'GeoLite2-Country.mmdb': country });
  t.strictSame(chooseSources({ configured: {}, directory }), {
    location: updated(directory, 'GeoLite2-Country'),
    problems: [],
    passedOver: [],
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
    location: named(configured.city),
    asn: named(configured.asn),
    problems: [],
    passedOver: [],
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
  t.strictSame(location, updated(directory, 'GeoLite2-Country'));
  t.strictSame(owner, named(configured.asn));
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
    passedOver: [path],
  });
});

t.test('paid editions are used, and before the free ones', async (t) => {
  const paid = (type: string): Buffer =>
    writeMmdb({
      type,
      entries: { '192.0.2.0/24': { country: { iso_code: 'DE' }, autonomous_system_number: 1 } },
    });
  const directory = t.testdir({
    'GeoIP2-City.mmdb': paid('GeoIP2-City'),
    'GeoIP2-ISP.mmdb': paid('GeoIP2-ISP'),
    'GeoLite2-City.mmdb': city,
    'GeoLite2-ASN.mmdb': asn,
  });
  t.strictSame(chooseSources({ configured: {}, directory }), {
    location: updated(directory, 'GeoIP2-City'),
    asn: updated(directory, 'GeoIP2-ISP'),
    problems: [],
    passedOver: [],
  });
  const editions = ['GeoLite2-City', 'GeoLite2-ASN'];
  t.strictSame(chooseSources({ configured: {}, directory, editions }), {
    location: updated(directory, 'GeoLite2-City'),
    asn: updated(directory, 'GeoLite2-ASN'),
    problems: [],
    passedOver: [],
  });
});

t.test('one that locates nobody, or of a shape that is not known, is refused in words', async (t) => {
  const directory = t.testdir({
    'nobody.mmdb': writeMmdb({
      type: 'GeoLite2-City',
      entries: { '192.0.2.0/24': { city: { names: { en: 'X' } } } },
    }),
    'odd.mmdb': writeMmdb({ type: 'Vendor', entries: { '192.0.2.0/24': { geo: 'DE', place: [1, 2] } } }),
  });
  for (const [file, message] of [
    ['nobody.mmdb', /nobody\.mmdb: GeoLite2-City does not name locations: its records have city, and/],
    ['odd.mmdb', /odd\.mmdb: Vendor does not name locations: its records have geo, place, and/],
  ] as const) {
    const { location, problems } = chooseSources({ configured: { city: join(directory, file) }, directory });
    t.strictSame(location, embedded);
    t.match(problems, [message]);
  }
  const city = join(
    t.testdir({ 'x.mmdb': writeMmdb({ type: 'IPinfo', entries: { '192.0.2.0/24': { country: 'DE' } } }) }),
    'x.mmdb',
  );
  t.strictSame(chooseSources({ configured: { city }, directory }).location, named(city), "IPinfo's is known");
});

/** Damaged where no field of ours is: only who reads all of it sees that. */
function damaged(): Buffer {
  const bytes = writeMmdb({
    type: 'GeoLite2-City',
    entries: { '192.0.2.0/24': { country: { iso_code: 'DE' }, city: 'Boxford' } },
  });
  bytes.set([0x00, 0x20], bytes.indexOf('Boxford') - 1);
  return bytes;
}

t.test(
  'damage anywhere is found before a file is used, but not looked for again in the same file',
  async (t) => {
    const directory = t.testdir({ 'c.mmdb': damaged() });
    const configured = { city: join(directory, 'c.mmdb') };
    t.match(chooseSources({ configured, directory }), {
      location: embedded,
      problems: [/c\.mmdb: damaged at byte/],
    });
    const known = (identity: string): GeoSources => ({
      location: { path: configured.city, source: 'configured', identity },
      problems: [],
      passedOver: [],
    });
    t.strictSame(
      chooseSources({ configured, directory, known: known(identityOf(configured.city)) }).location,
      named(configured.city),
    );
    t.strictSame(chooseSources({ configured, directory, known: known('another') }).location, embedded);
  },
);

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 31);

/** Keeps `bytes` as the last good location database, with what the note says of it. */
function keep(
  directory: string,
  note: Partial<LastGoodNote> & Pick<LastGoodNote, 'origin'>,
  bytes = city,
): string {
  const paths = lastGoodPaths(join(directory, 'kept'), 'location');
  mkdirSync(dirname(paths.copy), { recursive: true });
  writeFileSync(paths.copy, bytes);
  const of = {
    source: 'configured',
    identity: '',
    type: 'GeoLite2-City',
    build_epoch: 1_700_000_000,
  } as const;
  writeFileSync(paths.note, formatNote({ ...of, ...note }));
  return paths.copy;
}

t.test('the last good copy serves in the place of its file, and that is said', async (t) => {
  const directory = t.testdir({ 'GeoLite2-Country.mmdb': country, 'bad.mmdb': 'nonsense' });
  const bad = join(directory, 'bad.mmdb');
  const copy = keep(directory, { origin: bad });
  const kept = { path: copy, source: 'kept', identity: identityOf(copy) };
  const { location, problems } = chooseSources({
    configured: { city: bad },
    directory,
    lastGood: join(directory, 'kept'),
    now: NOW,
  });
  t.strictSame(location, kept, 'before others that were fetched');
  t.match(problems, [
    /bad\.mmdb: not a MaxMind DB file.*; its last good copy, GeoLite2-City made 2023-11-14, serves, until 2026-03-02 at the latest/,
  ]);
  const other = chooseSources({
    configured: { city: join(directory, 'gone') },
    directory,
    lastGood: join(directory, 'kept'),
  });
  t.strictSame(other.location, kept, 'another file is named now, and is gone');
  t.match(other.problems, [
    /gone: .*; the last good copy of .*bad\.mmdb, GeoLite2-City made 2023-11-14, serves/,
  ]);
  t.strictSame(
    chooseSources({ configured: {}, directory, lastGood: join(directory, 'kept') }).location,
    updated(directory, 'GeoLite2-Country'),
    'nobody asks for it any more',
  );
});

t.test('the last good copy of one that was fetched', async (t) => {
  const directory = t.testdir({ 'GeoLite2-Country.mmdb': country });
  const origin = join('elsewhere', 'GeoLite2-City.mmdb');
  const copy = keep(directory, { origin, source: 'updated' });
  const { location, problems } = chooseSources({
    configured: {},
    directory,
    lastGood: join(directory, 'kept'),
  });
  t.match(location, { path: copy, source: 'kept' }, 'where it stood, before the lesser one');
  t.match(problems, [/GeoLite2-City\.mmdb: can't be read: ENOENT.*; its last good copy/]);
});

t.test('a last good copy that is damaged, or of nothing, or overdue, is none', async (t) => {
  const directory = t.testdir({});
  const configured = { city: join(directory, 'gone.mmdb') };
  const choose = () => chooseSources({ configured, directory, lastGood: join(directory, 'kept'), now: NOW });
  const copy = keep(directory, { origin: configured.city }, damaged());
  t.match(choose(), { location: embedded, problems: [/gone\.mmdb/, /kept\/location\.mmdb: damaged/] });
  keep(directory, { origin: configured.city, lost: NOW - 30 * DAY });
  t.match(choose(), {
    location: embedded,
    problems: [/gone\.mmdb: can't be read: ENOENT[^;]*; fetch[^;]*$/],
  });
  keep(directory, { origin: configured.city, lost: NOW - 30 * DAY + 1 });
  t.match(choose(), { location: { path: copy }, problems: [/serves, until 2026-01-31 at the latest/] });
  keep(directory, { origin: configured.city, lost: NOW - 300 * DAY, type: 'DBIP-City-Lite' });
  t.match(
    choose(),
    { location: { path: copy }, problems: [/made 2023-11-14, serves$/] },
    "only MaxMind's license asks",
  );
  writeFileSync(lastGoodPaths(join(directory, 'kept'), 'location').note, '{"version":1}');
  t.match(choose(), { location: embedded });
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
