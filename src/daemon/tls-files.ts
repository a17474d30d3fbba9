/**
 * Reads the certificate and key that `tls` in geopool.yaml names, and checks that they belong together.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { statSync } from 'node:fs';
import { describeError, GeopoolError } from '../platform/errors.js';
import { type Credentials, secureContextOf } from '../server/secure-context.js';
import { readPlainSync } from '../state/plain-file.js';
import type { TlsConfig } from '../zone/tls-config.js';

export interface TlsFiles extends Credentials {
  /** The validity of the certificate; milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
}

/** Several times the size of a chain of the largest certificates. */
const MOST_OCTETS = 2 ** 20;
/** Any access to the key by others, and more than reading by its group. */
const TOO_OPEN = 0o037;

/** Throws CONFIG_INVALID, with a line for each fault, if one of them can't be used. */
export function readTlsFiles({ certificate: file, key: keyFile }: TlsConfig): TlsFiles {
  const faults: string[] = [];
  const read = <T>(path: string, parse: (text: string) => T | undefined, what: string) => {
    try {
      const text = readPlainSync(path, MOST_OCTETS).toString('latin1');
      const parsed = parse(text);
      if (parsed !== undefined) return { text, parsed, mode: statSync(path).mode };
      faults.push(`${path}:1:1: is not a ${what} in PEM`);
    } catch (error) {
      faults.push(`${path}:1:1: can't be read: ${describeError(error)}`);
    }
    return undefined;
  };
  const certificate = read(file, certificateIn, 'certificate');
  const key = read(keyFile, keyIn, 'private key that needs no passphrase,');
  if (key !== undefined && (key.mode & TOO_OPEN) !== 0) {
    faults.push(`${keyFile}:1:1: others may read or change this key: chmod 0600, or 0640`);
  }
  if (certificate !== undefined && key !== undefined && faults.length === 0) {
    const { validFrom, validTo } = certificate.parsed;
    const files = { certificate: certificate.text, key: key.text };
    if (!certificate.parsed.checkPrivateKey(key.parsed)) {
      faults.push(
        `${keyFile}:1:1: is not the key of the certificate ${file}: name the one that it was made with`,
      );
    } else {
      try {
        secureContextOf(files);
        return { ...files, from: Date.parse(validFrom), until: Date.parse(validTo) };
      } catch (error) {
        // For example, a key that is too short to be secure.
        faults.push(`${file}:1:1: can't be used for TLS: ${describeError(error)}`);
      }
    }
  }
  throw new GeopoolError(
    'CONFIG_INVALID',
    'the certificate or the key for TLS is wrong; geopool.yaml(5), "DNS over TLS", has the command that makes both',
    { details: faults },
  );
}

function certificateIn(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text);
  } catch {
    return undefined;
  }
}

/** Node's own message about an invalid key might show part of it. */
function keyIn(text: string) {
  try {
    return createPrivateKey(text);
  } catch {
    return undefined;
  }
}
