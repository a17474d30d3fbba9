/**
 * What the certificate of a server says, read once for each certificate and name rather than at every probe: reading one
 * costs as much as a tenth of a handshake, and a mirror shows the same for months. Only what is written in it is
 * remembered. That the server has its key, and that its chain leads to one that is trusted, is for the handshake to find
 * out, each time.
 */
import type { X509Certificate } from 'node:crypto';
import { checkServerIdentity } from 'node:tls';

export interface PeerCertificate {
  /** When it ends, in milliseconds since 1970; absent where that can't be read. */
  readonly ends?: number;
  /** Why it is not for the host; absent where it is. */
  readonly mismatch?: Error;
}

/** Gives what a certificate says to a client that wanted `host`, a name or an IP address. */
export type CertificateReader = (certificate: X509Certificate, host: string) => PeerCertificate;

/** A few megabytes. */
const MOST = 2048;

/** A reader that remembers the last ones, `most` of them. */
export function createCertificateReader(most: number = MOST): CertificateReader {
  const known = new Map<string, PeerCertificate>();
  return (certificate, host) => {
    const key = `${host} ${certificate.raw.toString('latin1')}`;
    const found = known.get(key) ?? readCertificate(certificate, host);
    // The one that was wanted last is the last to go.
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
  const mismatch = checkServerIdentity(host, certificate.toLegacyObject());
  return { ...(!Number.isNaN(ends) && { ends }), ...(mismatch !== undefined && { mismatch }) };
}
