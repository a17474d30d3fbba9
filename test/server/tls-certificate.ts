/** A self-made certificate and its key, made with the command in the documentation. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Credentials } from '../../src/server/secure-context.js';

const COMMAND = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes';

/** False where certificates can be made here, else why not. */
export const noCertificates: string | false =
  spawnSync('openssl', ['version']).status === 0
    ? false
    : 'openssl is not installed: apt-get install openssl';

/** One that is good from now on for so many days. */
export function makeCertificate(days = 3650, command = COMMAND): Credentials {
  const dir = mkdtempSync(join(tmpdir(), 'geopool-tls-'));
  try {
    const [key, certificate] = [join(dir, 'tls.key'), join(dir, 'tls.crt')];
    const files = [
      '-keyout',
      key,
      '-out',
      certificate,
      '-days',
      String(days),
      '-subj',
      '/CN=ns1.example.org',
    ];
    const { status, stderr } = spawnSync('openssl', [...command.split(' '), ...files], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
  } finally {
    rmSync(dir, { recursive: true });
  }
}
