import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import t from 'tap';
import { embeddedDatabasePath } from '../../src/geo/embedded.js';
import { readMetadata } from '../../src/geo/mmdb-file.js';

t.test('the embedded database is installed and has both families', async (t) => {
  const path = embeddedDatabasePath();
  t.ok(isAbsolute(path));
  t.ok(statSync(path).size > 1_000_000);
  t.match(readMetadata(path), { type: /country/, ipVersion: 6 });
});
