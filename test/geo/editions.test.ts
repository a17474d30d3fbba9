import { join } from 'node:path';
import t from 'tap';
import { editionsFor, fetchedEditions, isMaxMinds } from '../../src/geo/editions.js';

const ALL = [
  'GeoIP2-Anonymous-IP',
  'GeoIP2-City',
  'GeoIP2-Country',
  'GeoIP2-Enterprise',
  'GeoIP2-ISP',
  'GeoLite2-ASN',
  'GeoLite2-City',
  'GeoLite2-Country',
];

t.test('what knows more comes first, and paid before free', async (t) => {
  t.same(editionsFor('location', ALL), [
    'GeoIP2-Enterprise',
    'GeoIP2-City',
    'GeoLite2-City',
    'GeoIP2-Country',
    'GeoLite2-Country',
  ]);
  t.same(editionsFor('asn', ALL), ['GeoIP2-ISP', 'GeoLite2-ASN', 'GeoIP2-Enterprise']);
  t.same(editionsFor('location', ['GeoIP2-City-Europe', 'GeoIP2-Precision-Enterprise']), [
    'GeoIP2-Precision-Enterprise',
    'GeoIP2-City-Europe',
  ]);
});

t.test('what is fetched no more comes last', async (t) => {
  const wanted = ['GeoLite2-Country', 'GeoLite2-City'];
  t.same(editionsFor('location', ALL, wanted).slice(0, 3), [
    'GeoLite2-City',
    'GeoLite2-Country',
    'GeoIP2-Enterprise',
  ]);
});

t.test('the editions that lie in a directory', async (t) => {
  const dir = t.testdir({
    'GeoLite2-City.mmdb': '',
    'GeoIP2-ISP.mmdb': '',
    '.GeoIP2-City.mmdb.7.tmp': '',
    'GeoLite2-ASN.mmdb.previous': '',
    'updates.json': '',
  });
  t.same(fetchedEditions(dir), ['GeoIP2-ISP', 'GeoLite2-City']);
  t.same(fetchedEditions(join(dir, 'missing')), []);
  t.same(fetchedEditions(join(dir, 'updates.json')), []);
});

t.test('whose license asks for old ones to be destroyed', async (t) => {
  for (const type of ['GeoLite2-City', 'GeoIP2-ISP', 'GeoIP-Country']) t.ok(isMaxMinds(type), type);
  for (const type of ['DBIP-City-Lite', 'ipinfo generic_lite.mmdb', 'country ipvAll'])
    t.notOk(isMaxMinds(type), type);
});
