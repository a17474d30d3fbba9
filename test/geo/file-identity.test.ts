import { statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { identityOf } from '../../src/geo/file-identity.js';

t.test('a file is the same one after its file system was mounted as another device', async (t) => {
  const path = join(t.testdir({}), 'city.mmdb');
  t.equal(identityOf(path), '');
  writeFileSync(path, 'one');
  utimesSync(path, 1, 1);
  const { ino } = statSync(path);
  t.equal(identityOf(path), `${ino} 3 1000`, 'no number of a device is in what is stored');
  writeFileSync(path, 'two');
  utimesSync(path, 2, 2);
  t.equal(identityOf(path), `${ino} 3 2000`);
});
