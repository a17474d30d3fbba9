/**
 * Certificates for tests, made by the openssl program when a test runs, so that no key is ever kept in the repository
 * and none expires there.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  /** PEM. */
  readonly key: string;
  readonly cert: string;
}

export interface Authority {
  /** The authority's own certificate, as PEM. */
  readonly ca: string;
  /** A certificate for a subjectAltName such as `DNS:dl.example.org`, or one that has expired. */
  issue(subjectAltName: string, options?: { expired: boolean }): Certificate;
  /** A certificate that nobody but itself vouches for. */
  selfSigned(subjectAltName: string): Certificate;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** An authority that keeps its files in `directory`; undefined where there is no openssl. */
export function createAuthority(directory: string): Authority | undefined {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });
  const read = (name: string) => readFileSync(join(directory, name), 'utf8');
  let issued = 0;
  mkdirSync(directory, { recursive: true });
  try {
    openssl('version');
  } catch {
    return undefined;
  }
  openssl(
    'req',
    '-x509',
    ...NEW_KEY,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '2',
    '-subj',
    '/CN=test authority',
  );

  return {
    ca: read('ca.pem'),

    issue(subjectAltName, { expired } = { expired: false }) {
      const name = `leaf${++issued}`;
      openssl('req', ...NEW_KEY, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
      writeFileSync(join(directory, `${name}.ext`), `subjectAltName=${subjectAltName}\n`);
      const sign = (...days: string[]) =>
        openssl(
          ...[
            'x509',
            '-req',
            '-in',
            `${name}.csr`,
            '-CA',
            'ca.pem',
            '-CAkey',
            'ca.key',
            '-set_serial',
            `${issued}`,
          ],
          ...['-extfile', `${name}.ext`, '-out', `${name}.pem`, ...days],
        );
      if (!expired) sign('-days', '2');
      else {
        // Newer versions refuse to end a certificate before it begins, older ones have no other way.
        try {
          sign('-not_before', '20200101000000Z', '-not_after', '20200102000000Z');
        } catch {
          sign('-days', '-1');
        }
      }
      return { key: read(`${name}.key`), cert: read(`${name}.pem`) };
    },

    selfSigned(subjectAltName) {
      const name = `own${++issued}`;
      const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${subjectAltName}`, '-days', '2'];
      openssl('req', '-x509', ...NEW_KEY, '-keyout', `${name}.key`, '-out', `${name}.pem`, ...subject);
      return { key: read(`${name}.key`), cert: read(`${name}.pem`) };
    },
  };
}
