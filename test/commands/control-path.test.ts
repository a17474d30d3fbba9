/** Which server a verb asks is what the whole of the settings would say. */
import { join } from 'node:path';
import t from 'tap';
import { controlPath } from '../../src/commands/control-path.js';
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
    t.equal(await controlPath(flags), path, JSON.stringify(flags));
    t.equal(readSettings(flags).control, path);
  }
});

t.test('a config file that is wrong is said, though the socket is named', async (t) => {
  const config = join(t.testdir({ 'geopool.yaml': 'stat: x\n' }), 'geopool.yaml');
  await t.rejects(controlPath({ config, control: 'c' }), { code: 'CONFIG_INVALID' });
});
