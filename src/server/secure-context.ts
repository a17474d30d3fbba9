/**
 * The TLS settings of DNS over TLS: the versions and ciphers of BCP 195 (RFC 9325), as RFC 7858 §3.2 requires. Session
 * tickets are sealed with the context's own keys, which never leave it.
 */
import { constants } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';

/** A certificate and its key, in PEM; the certificate may be followed by its intermediates. */
export interface Credentials {
  readonly certificate: string;
  readonly key: string;
}

/** The terms on which clients get TLS. */
export interface TlsTerms extends Credentials {
  /** Handshakes a second for one client network: an IPv4 /24, an IPv6 /48. */
  readonly handshakes: number;
}

/** Milliseconds for which a session may be resumed. */
export const SESSION_LASTS = 3_600_000;

/** RFC 9325 §4.1, §4.2: forward secrecy and authenticated encryption, with TLS 1.2 too. */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
];

/** Throws the library's error if it does not accept the certificate and key. */
export function secureContextOf({ certificate, key }: Credentials): SecureContext {
  return createSecureContext({
    cert: certificate,
    key,
    // RFC 9325 §3.1.1.
    minVersion: 'TLSv1.2',
    // §4.5: no key with less than 112 bits of security.
    ciphers: `${CIPHERS.join(':')}:@SECLEVEL=2`,
    ecdhCurve: 'X25519:P-256:P-384',
    honorCipherOrder: true,
    // RFC 9325 §3.5: a client that renegotiates costs a handshake each time.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_PRIORITIZE_CHACHA,
    sessionIdContext: 'geopool',
    sessionTimeout: SESSION_LASTS / 1000,
  });
}
