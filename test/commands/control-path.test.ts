/** Which server a verb asks is what the whole of the settings would say. */
import { join } from 'node:path';
import t from 'tap';
import { controlPaths } from '../../src/commands/control-path.js';
import { readSettings, type SettingFlags } from '../../src/commands/settings.js';

t.test('without a config file and with one', async (t) => {
  const dir = t.testdir({
    'geopool.yaml': 'state: /var/lib/geopool\n',
    'named.yaml': 'control: /run/geopool.sock\n',
  });
  const config = join(dir, 'geopool.yaml');
  const named = join(dir, 'named.yaml');
  const cases: readonly [flags: SettingFlags, path: string][] = [
    [{}, '.geopool/control.sock'],
    [{ state: 's' }, 's/control.sock'],
    [{ control: 'c' }, 'c'],
    [{ state: 's', control: 'c' }, 'c'],
    [{ config }, '/var/lib/geopool/control.sock'],
    [{ config, state: 's' }, 's/control.sock'],
    [{ config: named }, '/run/geopool.sock'],
    [{ config: named, control: 'c' }, 'c'],
  ];
  for (const [flags, path] of cases) {
    const [first, ...others] = await controlPaths(flags, {});
    t.equal(first, path, JSON.stringify(flags));
    t.same(others, Object.keys(flags).length > 0 ? [] : ['/run/geopool/control.sock']);
    t.equal(readSettings(flags).control, path);
  }
});

t.test('a config file that is wrong is said, though the socket is named', async (t) => {
  const config = join(t.testdir({ 'geopool.yaml': 'stat: x\n' }), 'geopool.yaml');
  await t.rejects(controlPaths({ config, control: 'c' }), { code: 'CONFIG_INVALID' });
});

t.test('the environment names it where flags do not', async (t) => {
  const config = join(t.testdir({ 'geopool.yaml': 'control: /run/geopool.sock\n' }), 'geopool.yaml');
  t.same(await controlPaths({}, { GEOPOOL_CONFIG: config }), ['/run/geopool.sock']);
  t.same(await controlPaths({}, { GEOPOOL_CONFIG: config, GEOPOOL_CONTROL: 'e' }), ['e']);
  t.same(await controlPaths({ control: 'c' }, { GEOPOOL_CONTROL: 'e' }), ['c']);
  t.same(await controlPaths({ config }, { GEOPOOL_CONTROL: 'e' }), ['/run/geopool.sock']);
  t.equal((await controlPaths({}, { GEOPOOL_CONFIG: '', GEOPOOL_CONTROL: '' })).length, 2);
});
