/**
 * What a server's certificate says, read once for each certificate and name rather than at every probe: reading one costs
 * a tenth of a handshake, and a mirror presents the same certificate for months. Only what is written in it is remembered.
 * That the server has its key, and that its chain leads to a trusted certificate, is checked by each handshake.
 */
import type { X509Certificate } from 'node:crypto';
import { checkServerIdentity } from 'node:tls';

export interface PeerCertificate {
  /** When it ends, in milliseconds since 1970; absent if that can't be read. */
  readonly ends?: number;
  /** Why it is not for the host; absent if it is. */
  readonly mismatch?: Error;
}

/** Returns what a certificate says to a client that asked for `host`, a name or an IP address. */
export type CertificateReader = (certificate: X509Certificate, host: string) => PeerCertificate;

/** These take a few megabytes. */
const MOST = 2048;

/** A reader that remembers the `most` recently used certificates. */
export function createCertificateReader(most: number = MOST): CertificateReader {
  const known = new Map<string, PeerCertificate>();
  return (certificate, host) => {
    // A mirror may present a long one, and another each time.
    const key = `${host} ${certificate.fingerprint256}`;
    const found = known.get(key) ?? readCertificate(certificate, host);
    // Moved to the end, so that the least recently used one is dropped first.
    known.delete(key);
    known.set(key, found);
    if (known.size > most) {
      for (const oldest of known.keys()) {
        known.delete(oldest);
        break;
      }
    }
    return found;
  };
}

function readCertificate(certificate: X509Certificate, host: string): PeerCertificate {
  const ends = Date.parse(certificate.validTo);
  const isForHost = checkServerIdentity(host, certificate.toLegacyObject()) === undefined;
  return { ...(!Number.isNaN(ends) && { ends }), ...(!isForHost && { mismatch: otherNames() }) };
}

/** With the code of Node's own error, which also holds the whole certificate. */
function otherNames(): Error {
  return Object.assign(new Error('the certificate is for other names'), {
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
}
