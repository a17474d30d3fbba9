/** Which database is to blame for what turns up while a world is worked out. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { withDatabases } from '../../src/compile/chosen-databases.js';
import { writeMmdb } from '../mmdb-writer.js';

t.test('an AS database that goes after it was chosen takes no locations with it', async (t) => {
  const directory = t.testdir({});
  const [city, asn] = [join(directory, 'city.mmdb'), join(directory, 'asn.mmdb')];
  writeFileSync(city, writeMmdb({ type: 'X-City', entries: { '11.0.0.0/8': { country_code: 'DE' } } }));
  writeFileSync(
    asn,
    writeMmdb({ type: 'X-ASN', entries: { '11.0.0.0/8': { autonomous_system_number: 64_500 } } }),
  );
  const geo = withDatabases({ city, asn, directory, mapMemory: 1e8 }, [], ({ sources, describe }) => {
    rmSync(asn, { force: true });
    return { sources, described: describe().map(({ type }) => type) };
  });
  t.same(geo.described, ['X-City']);
  t.match(geo.sources, { location: { path: city }, passedOver: [asn] });
  t.equal(geo.sources.asn, undefined);
});
