/**
 * Why a probe failed, in words that an operator can act on without knowing undici or OpenSSL. Nothing the mirror wrote
 * is repeated, since it ends up in logs and on terminals.
 */
import { STATUS_CODES } from 'node:http';
import { describeError } from '../errors.js';
import type { Failure } from './probe.js';

type Complaint = Pick<Failure, 'error' | 'fault'>;

/** What a probe is busy with, shown where its time runs out. */
export type Phase = 'connecting' | 'TLS handshake' | 'waiting for the answer';

/** The code of our own error for a connection that was closed without a word. */
export const HANG_UP = 'ERR_HANG_UP';

/** The mirror gave no answer, or broke off. */
const UNCLEAR: Readonly<Record<string, string>> = {
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  ETIMEDOUT: 'connection timed out',
  [HANG_UP]: 'connection closed without an answer',
  UND_ERR_SOCKET: 'connection closed without an answer',
};

/** This host could not even ask. */
const OURS: Readonly<Record<string, string>> = {
  EMFILE: 'this process has no file descriptors left: raise its limit (LimitNOFILE)',
  ENFILE: 'this host has no file descriptors left',
  ENOMEM: 'this host has no memory left',
  ENOBUFS: 'this host has no network buffers left',
  EADDRNOTAVAIL: 'this host has no local address or port left for it',
};

const INVALID_HTTP = 'the answer is not valid HTTP';

const CLEAR: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network unreachable',
  EHOSTDOWN: 'host is down',
  EACCES: 'connecting is forbidden here, by a firewall perhaps',
  EPERM: 'connecting is forbidden here, by a firewall perhaps',
  UND_ERR_HEADERS_OVERFLOW: 'the header of the answer is too long',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: INVALID_HTTP,
  CERT_HAS_EXPIRED: 'certificate has expired',
  CERT_NOT_YET_VALID: 'certificate is not valid yet',
  CERT_REVOKED: 'certificate has been revoked',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate chain ends in an unknown self-signed certificate',
  UNABLE_TO_GET_ISSUER_CERT: 'issuer of the certificate is unknown',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'issuer of the certificate is unknown',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate chain is incomplete, or its issuer unknown',
};

/** What to say of the error that a connection or request ended with. `host` is the name that the certificate needs. */
export function describeFailure(error: unknown, host: string): Complaint {
  const code = codeOf(error);
  const unclear = UNCLEAR[code];
  if (unclear !== undefined) return { error: unclear, fault: 'unclear' };
  const ours = OURS[code];
  if (ours !== undefined) return { error: ours, fault: 'ours' };
  const clear = CLEAR[code];
  if (clear !== undefined) return { error: clear };
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return { error: `certificate is not for ${host}` };
  // undici means to give these a code and does not.
  if (error instanceof Error && error.name === 'HTTPParserError') return { error: INVALID_HTTP };
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO')
    return { error: `TLS handshake failed (${reasonOf(error)})` };
  return { error: describeError(error).slice(0, 200) };
}

/** What to say when `timeout` milliseconds have passed. */
export function describeTimeout(timeout: number, phase: Phase): Complaint {
  const time = timeout < 1000 ? `${timeout} ms` : `${timeout / 1000} s`;
  return { error: `no answer within ${time} (${phase})`, fault: 'unclear' };
}

/** What to say of a status that is not among the expected ones. */
export function describeStatus(status: number, expect: readonly number[]): Complaint {
  const meaning = STATUS_CODES[status];
  const got = meaning === undefined ? `${status}` : `${status} ${meaning}`;
  const note = status >= 300 && status < 400 && status !== 304 ? ' (redirects are not followed)' : '';
  return { error: `${got}, expected ${listed(expect)}${note}` };
}

function listed(codes: readonly number[]): string {
  if (codes.length < 2) return codes.join();
  return `${codes.slice(0, -1).join(', ')} or ${codes[codes.length - 1]}`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** OpenSSL's own word, such as "wrong version number", which is how plain HTTP on a TLS port looks. */
function reasonOf(error: unknown): string {
  return error instanceof Error && 'reason' in error && typeof error.reason === 'string'
    ? error.reason
    : 'no reason';
}
