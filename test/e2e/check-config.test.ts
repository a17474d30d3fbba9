/**
 * The verb `check` as the gate before an installation or an upgrade. Of all files that a config names, it refuses, in the
 * same words, those with which `serve` would not start, and warns of those that the server would do without.
 */
import { randomBytes } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { newMemberKey } from '../../src/fleet/member-key.js';
import { zoneText } from '../zone/zone-text.js';
import { makeHome } from './server.js';

const mine = newMemberKey();
const other = newMemberKey();

function fleet(more = ''): string {
  return `geo: { city: city.mmdb }
fleet:
  name: ns1
  key_file: member.key
  members: { ns1: { key: "${mine.publicKey}" }, ns2: { key: "${other.publicKey}" } }
  servers: ["redis://127.0.0.1:1"]
${more}`;
}

t.test('files of a fleet', async (t) => {
  const home = await makeHome(t, { zones: { 'a.yaml': zoneText() }, config: fleet() });
  const config = ['--config', 'geopool.yaml'];
  const refused = async (message: RegExp): Promise<void> => {
    const checked = await home.run('check', ...config);
    t.match(checked, { code: 1, stdout: '', stderr: message });
    t.same(await home.run('serve', ...config, '--state', 'state', '--http', 'off'), checked);
  };
  await refused(/^geopool: member\.key: can't be read: ENOENT/);
  t.match(await home.run('check', ...config, '--without-keys'), { code: 0, stderr: '' });
  await home.write('member.key', other.pem);
  await chmod(join(home.dir, 'member.key'), 0o644);
  await refused(/^geopool: member\.key: others may read or change this key: chmod 0600/);
  await chmod(join(home.dir, 'member.key'), 0o600);
  await refused(/^geopool: fleet: member\.key is not the key of ns1/);
  await home.write('member.key', mine.pem);
  t.match(await home.run('check', ...config, '--strict'), { code: 0, stderr: '' });
  await home.write('geopool.yaml', fleet('  password_file: password\n'));
  await refused(/^geopool: password: can't be read: ENOENT/);

  await home.write('geopool.yaml', fleet('  password_file: password\ncookies: { secret_file: secrets }\n'));
  const { code, stderr } = await home.run('check', ...config);
  t.equal(code, 1);
  t.match(stderr, /^secrets:1:1: can't be read/m, 'all of them are said');
  t.match(stderr, /^password: can't be read/m);
});

t.test('databases and the license key', async (t) => {
  const home = await makeHome(t, {
    zones: { 'a.yaml': zoneText() },
    config: `state: state
geo: { city: gone.mmdb, asn: noise.mmdb, update: { account_id: 42, license_key_file: license } }
`,
  });
  await home.write('noise.mmdb', randomBytes(4096));
  const warned = await home.run('check', '--config', 'geopool.yaml');
  t.equal(warned.code, 0, 'the server starts without them');
  t.match(warned.stderr.split('\n'), {
    0: /^gone\.mmdb:1:1: warning: can't be read: ENOENT.* \[database-passed-over\]$/,
    1: /^noise\.mmdb:1:1: warning: not a MaxMind DB file.* \[database-passed-over\]$/,
    2: /^license:1:1: warning: can't read the license key file license: ENOENT.* \[no-license-key\]$/,
    3: '',
    length: 4,
  });
  t.equal((await home.run('check', '--config', 'geopool.yaml', '--strict')).code, 1);
  await home.write('license', 'x1\n');
  await home.write(
    'geopool.yaml',
    'geo: { city: city.mmdb, update: { account_id: 42, license_key_file: license } }\n',
  );
  t.match(await home.run('check', '--config', 'geopool.yaml', '--strict'), { code: 0, stderr: '' });
});
