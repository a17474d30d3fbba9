import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { cleanLeftovers } from '../../src/update/leftovers.js';
import { scratch } from './scenery.js';

t.test('removes what is unfinished, restores what is missing, leaves the rest', async (t) => {
  const directory = await scratch(t);
  const names = [
    '.GeoLite2-City.mmdb.123.tmp',
    '.updates.json.9.tmp',
    'GeoLite2-City.mmdb',
    'GeoLite2-City.mmdb.previous',
    'GeoLite2-ASN.mmdb.previous',
    'updates.json',
    'notes.tmp',
    '.GeoLite2-City.mmdb.tmp',
    'other.previous',
    '.x.mmdb.12a.tmp',
  ];
  for (const name of names) await writeFile(join(directory, name), name);
  t.same(await cleanLeftovers(directory), {
    removed: ['.GeoLite2-City.mmdb.123.tmp', '.updates.json.9.tmp', 'GeoLite2-City.mmdb.previous'],
    restored: ['GeoLite2-ASN.mmdb'],
  });
  t.same((await readdir(directory)).sort(), [
    '.GeoLite2-City.mmdb.tmp',
    '.x.mmdb.12a.tmp',
    'GeoLite2-ASN.mmdb',
    'GeoLite2-City.mmdb',
    'notes.tmp',
    'other.previous',
    'updates.json',
  ]);
  t.equal(await readFile(join(directory, 'GeoLite2-City.mmdb'), 'utf8'), 'GeoLite2-City.mmdb');
  t.equal(await readFile(join(directory, 'GeoLite2-ASN.mmdb'), 'utf8'), 'GeoLite2-ASN.mmdb.previous');
  t.same(await cleanLeftovers(directory), { removed: [], restored: [] }, 'once is enough');
});

t.test('a directory that is not there is said', async (t) => {
  await t.rejects(cleanLeftovers(join(await scratch(t), 'x')), {
    code: 'UPDATE_FAILED',
    message: /tidy up .*ENOENT/,
  });
});
