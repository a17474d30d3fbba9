import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import t from 'tap';
import { keyFromFile, keyFromText, type UpdateSettings } from '../../src/update/settings.js';
import { scratch } from './scenery.js';

const good: UpdateSettings = {
  accountId: '42',
  readKey: keyFromText('Sesame_Open'),
  editions: ['GeoLite2-City'],
  schedule: '0 0 1 1 *',
  host: 'https://updates.example.org',
  directory: '/var/lib/geopool',
};

t.test('the key is trimmed, read anew from its file, and refused where it can be none', async (t) => {
  const path = join(await scratch(t), 'key');
  await writeFile(path, '  first\r\n');
  const read = keyFromFile(path);
  t.equal(await read(), 'first');
  await writeFile(path, 'second');
  t.equal(await read(), 'second');
  await writeFile(path, '\n');
  await t.rejects(read(), { code: 'CONFIG_INVALID', message: `${path}: the license key is empty` });
  await writeFile(path, 'hidden word');
  const error = await read().catch((error: unknown) => error);
  t.match(error, { code: 'CONFIG_INVALID' });
  t.notMatch(inspect(error), 'hidden', 'nor is a wrong one repeated');
  await t.rejects(keyFromFile(`${path}.missing`)(), { code: 'CONFIG_INVALID', message: /key\.missing/ });
  await t.rejects(keyFromText('  ')(), { code: 'CONFIG_INVALID' });
});

t.test('settings can be printed without the key', async (t) => {
  t.notMatch(inspect(good, { depth: 9, showHidden: true }), 'Sesame');
  t.notMatch(JSON.stringify(good), 'Sesame');
});
