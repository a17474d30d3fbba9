import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import t from 'tap';
import { GeopoolError } from '../../src/errors.js';
import {
  checkSettings,
  DEFAULT_HOST,
  DEFAULT_SCHEDULE,
  keyFromFile,
  keyFromText,
  type UpdateOptions,
} from '../../src/update/settings.js';
import { scratch } from './scenery.js';

const good: UpdateOptions = {
  accountId: '42',
  readKey: keyFromText('Sesame_Open'),
  editions: ['GeoLite2-City'],
  directory: '/var/lib/geopool',
};

function detailsOf(options: Partial<UpdateOptions>): readonly string[] {
  try {
    checkSettings({ ...good, ...options });
  } catch (error) {
    if (error instanceof GeopoolError && error.code === 'CONFIG_INVALID') return error.details;
    throw error;
  }
  return [];
}

t.test('fills in what is not said', async (t) => {
  const settings = checkSettings(good);
  t.equal(settings.host, DEFAULT_HOST);
  t.equal(settings.schedule, DEFAULT_SCHEDULE);
  t.same(settings.editions, ['GeoLite2-City']);
});

t.test('an edition counts once', async (t) => {
  t.same(checkSettings({ ...good, editions: ['A', 'B', 'A'] }).editions, ['A', 'B']);
});

t.test('edition names that would leave the directory or the URL are refused', async (t) => {
  for (const edition of ['../x', 'a/b', '', 'a b', 'a.mmdb', 'a?b', 'GeoLite2-City\n', 'é']) {
    t.equal(detailsOf({ editions: [edition] }).length, 1, JSON.stringify(edition));
  }
  t.equal(detailsOf({ editions: [] }).length, 1, 'and so are none');
});

t.test('account IDs are numbers, and not the one of the old sample', async (t) => {
  for (const accountId of ['', '0', 'me', '1e3', '-1', '999999']) {
    t.equal(detailsOf({ accountId }).length, 1, accountId);
  }
  t.equal(checkSettings({ ...good, accountId: ' 42\n' }).accountId, '42', 'a file may end in a line feed');
});

t.test('schedules are cron expressions', async (t) => {
  for (const schedule of ['', ' ', 'daily', '61 * * * *', '* * * *', '0 0 31 2 *']) {
    t.equal(detailsOf({ schedule }).length, 1, schedule);
  }
  for (const schedule of ['0 4 * * 3', '*/10 * * * *', '30 0 4 * * *']) {
    t.equal(checkSettings({ ...good, schedule }).schedule, schedule);
  }
});

t.test('hosts: an URL, or a bare name as geoipupdate has it', async (t) => {
  const hostOf = (host: string): string => checkSettings({ ...good, host }).host;
  t.equal(hostOf('updates.example.org'), 'https://updates.example.org');
  t.equal(hostOf('updates.example.org:8443'), 'https://updates.example.org:8443');
  t.equal(hostOf('https://updates.example.org/mirror//'), 'https://updates.example.org/mirror');
  t.equal(hostOf('http://127.0.0.1:8080'), 'http://127.0.0.1:8080');
  for (const host of [
    '',
    'ftp://x',
    'https://u:p@x',
    'https://x?y',
    'https://x#y',
    'file:///etc',
    'https://',
  ]) {
    t.equal(detailsOf({ host }).length, 1, host);
  }
});

t.test('every fault is told at once', async (t) => {
  t.equal(
    detailsOf({ accountId: '', editions: ['/'], schedule: 'x', host: 'ftp://x', directory: '' }).length,
    5,
  );
});

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
  t.notMatch(inspect(checkSettings(good), { depth: 9, showHidden: true }), 'Sesame');
  t.notMatch(JSON.stringify(checkSettings(good)), 'Sesame');
});
