/** What `check` and `serve` say of the TLS certificate and its key before they are relied on. */
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { createAuthority } from '../probe/certificates.js';
import { makeCertificate, noCertificates as skip } from '../server/tls-certificate.js';
import { makeTlsHome } from './tls-home.js';

const ZONES = {
  'z.yaml': `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { probe: { type: none } } }
mirrors: { aurora: { addresses: [192.0.2.1] } }
`,
};

t.test('the certificate for TLS', { skip }, async (t) => {
  const home = await makeTlsHome(t, ZONES);
  const check = (...args: string[]) =>
    home.run('check', '--config', 'geopool.yaml', '--zones', 'zones', ...args);
  t.match(await check('--strict'), { code: 0, stderr: '' });

  await t.test('a key that others may read', async (t) => {
    await chmod(join(home.dir, 'tls.key'), 0o644);
    const { code, stderr } = await check();
    t.equal(code, 1);
    t.match(stderr, /^tls\.key:1:1: others may read or change this key: chmod 0600, or 0640$/m);
    t.match(stderr, /^geopool: the certificate or the key for TLS is wrong; geopool\.yaml\(5\)/m);
    const served = await home.run(
      'serve',
      '--config',
      'geopool.yaml',
      '--listen',
      '127.0.0.1:0',
      '--http',
      'off',
    );
    t.equal(served.code, 1);
    t.match(served.stderr, /^tls\.key:1:1: others may read/m, 'serve does not start with it');
  });

  await t.test('a key of another one', async (t) => {
    const { certificate } = makeCertificate();
    await home.replace({ certificate, key: makeCertificate().key });
    t.match(await check(), { code: 1, stderr: /^tls\.key:1:1: is not the key of the certificate tls\.crt/m });
  });

  await t.test('one that has ended is a warning', async (t) => {
    const authority = createAuthority(join(home.dir, 'authority'));
    const { cert: certificate = '', key = '' } = authority?.issue('DNS:x', { expired: true }) ?? {};
    await home.replace({ certificate, key });
    const warned = await check();
    t.equal(warned.code, 0);
    t.match(
      warned.stderr,
      /^tls\.crt:1:1: warning: the certificate for TLS has ended \[certificate-time\]$/m,
    );
    t.equal((await check('--strict')).code, 1);
  });

  await t.test('an address for it, and no `tls`', async (t) => {
    const { code, stderr } = await home.run(
      'serve',
      '--listen',
      '127.0.0.1:0',
      '--listen',
      'tls://127.0.0.1:0',
    );
    t.equal(code, 2);
    t.match(
      stderr,
      /--listen: an address for TLS needs a certificate: add "tls: \{ certificate: FILE, key: FILE \}"/,
    );
  });
});
