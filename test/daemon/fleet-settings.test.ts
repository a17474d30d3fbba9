/** What `fleet` names is read at start, and what is wrong of it is said with its file. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { readAccess, readFleet } from '../../src/daemon/fleet-settings.js';
import { newMemberKey } from '../../src/fleet/member-key.js';
import type { FleetConfig } from '../../src/zone/fleet-config.js';
import { createAuthority } from '../probe/certificates.js';

const dir = t.testdir();
const write = (name: string, text: string): string => {
  const file = join(dir, name);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
};
const [own, other] = [newMemberKey(), newMemberKey()];
const config: FleetConfig = {
  ...{ name: 'ns1', keyFile: write('own.key', own.pem), servers: ['rediss://192.0.2.1'], verdicts: 'own' },
  members: new Map([
    ['ns1', { key: own.publicKey, overrides: true }],
    ['ns2', { key: other.publicKey, overrides: true }],
  ]),
};
const refuses = (t: Test, more: Partial<FleetConfig>, message: RegExp) =>
  t.throws(
    () => {
      readFleet({ ...config, ...more });
      readAccess({ ...config, ...more });
    },
    { code: 'CONFIG_INVALID', message },
  );

t.test('who it is', async (t) => {
  t.match(readFleet(config), { name: 'ns1' });
  t.same(readAccess({ username: 'ns1', passwordFile: write('password', 'open sesame\n') }), {
    ...{ username: 'ns1', password: 'open sesame' },
  });
  refuses(t, { name: 'ns3' }, /^fleet: ns3 is not in "members": set "name", or add it$/);
  refuses(t, { name: 'ns2' }, /own\.key is not the key of ns2: its public part is /);
  refuses(t, { passwordFile: join(dir, 'none') }, /none: can't be read: ENOENT/);
});

const authority = createAuthority(join(dir, 'ca'));
t.test('TLS', { skip: authority === undefined && 'openssl is not installed' }, async (t) => {
  if (authority === undefined) return;
  const { cert, key } = authority.issue('DNS:ns1');
  const files = {
    caFile: write('ca.pem', authority.ca),
    certificateFile: write('ns1.pem', cert),
    clientKeyFile: write('ns1.key', key),
  };
  const access = readAccess(files);
  t.same([access.ca, access.certificate, access.clientKey].map(String), [authority.ca, cert, key]);
  refuses(t, { caFile: files.clientKeyFile }, /ns1\.key: is no certificate in PEM$/);
  refuses(t, { ...files, certificateFile: write('empty', '') }, /empty: is no certificate in PEM$/);
  refuses(
    t,
    { ...files, clientKeyFile: files.caFile },
    /ca\.pem: is not a private key in PEM, or has a passphrase$/,
  );
  const strange = write('strange.key', authority.issue('DNS:ns2').key);
  refuses(t, { ...files, clientKeyFile: strange }, /strange\.key: is not the key of "certificate_file"$/);
});
