/**
 * Why a probe failed, in words that an operator can act on without knowing OpenSSL. What the mirror wrote is repeated only
 * as returned by `quoted`, since it ends up in logs and on terminals.
 */
import { STATUS_CODES } from 'node:http';
import { codeOf, describeError } from '../platform/errors.js';
import { dateOf } from '../platform/time.js';
import { formatDuration } from '../zone/durations.js';
import { INVALID_HTTP, LONG_HEADER } from './http-response.js';
import type { Failure } from './probe.js';
import type { Phase } from './trace.js';

/** What is wrong with an answer. */
export type ProbeFailure = Pick<Failure, 'error' | 'fault'>;

/** The codes of our own errors: a connection closed without an answer, and one closed in the middle of an answer. */
export const CONNECTION_CLOSED = 'ERR_HANG_UP';
export const ANSWER_TRUNCATED = 'ERR_CUT_OFF';

/** The mirror gave no answer, or the connection broke. */
const UNCLEAR: Readonly<Record<string, string>> = {
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  ETIMEDOUT: 'connection timed out',
  [CONNECTION_CLOSED]: 'connection closed without an answer',
};

/** This host could not send the question. */
const OURS: Readonly<Record<string, string>> = {
  EMFILE: 'this process has no file descriptors left: raise its limit (LimitNOFILE)',
  ENFILE: 'this host has no file descriptors left',
  ENOMEM: 'this host has no memory left',
  ENOBUFS: 'this host has no network buffers left',
  EADDRNOTAVAIL: 'this host has no local address or port left for it',
};

const CLEAR: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network unreachable',
  EHOSTDOWN: 'host is down',
  EACCES: 'connecting is forbidden here, by a firewall perhaps',
  EPERM: 'connecting is forbidden here, by a firewall perhaps',
  [LONG_HEADER]: 'the header of the answer is too long',
  [INVALID_HTTP]: 'the answer is not valid HTTP',
  CERT_NOT_YET_VALID: 'certificate is not valid yet',
  CERT_REVOKED: 'certificate has been revoked',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate chain ends in an unknown self-signed certificate',
  UNABLE_TO_GET_ISSUER_CERT: 'issuer of the certificate is unknown',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'issuer of the certificate is unknown',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate chain is incomplete, or its issuer unknown',
};

/** Describes the error that ended a connection or request. `host` is the name that the certificate must be for. */
export function describeFailure(error: unknown, host: string): ProbeFailure {
  const code = codeOf(error) ?? '';
  if (code === ANSWER_TRUNCATED) return { error: describeError(error), fault: 'unclear' };
  const unclear = UNCLEAR[code];
  if (unclear !== undefined) return { error: unclear, fault: 'unclear' };
  const ours = OURS[code];
  if (ours !== undefined) return { error: ours, fault: 'ours' };
  const clear = CLEAR[code];
  if (clear !== undefined) return { error: clear };
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return { error: `certificate is not for ${host}` };
  if (code === 'CERT_HAS_EXPIRED') return { error: `certificate has expired${endOf(error)}` };
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO')
    return { error: `TLS handshake failed (${reasonOf(error)})` };
  return { error: describeError(error).slice(0, 200) };
}

/** Describes a probe that exceeded `timeout` milliseconds. */
export function describeTimeout(timeout: number, phase: Phase): ProbeFailure {
  return { error: `no answer within ${formatDuration(timeout)} (${phase})`, fault: 'unclear' };
}

/** Describes a status that is not among the expected ones; `followed`: the probe follows redirects. */
export function describeStatus(status: number, expect: readonly number[], followed = false): ProbeFailure {
  const redirect = status >= 300 && status < 400 && status !== 304;
  const note = redirect && !followed ? ' (redirects are not followed)' : '';
  return { error: `${statusText(status)}, expected ${listed(expect)}${note}` };
}

/** `404 Not Found`. */
export function statusText(status: number): string {
  const meaning = STATUS_CODES[status];
  return meaning === undefined ? `${status}` : `${status} ${meaning}`;
}

/** Text from elsewhere, made safe to show: its visible ASCII, at most 120 characters. */
export function quoted(text: string): string {
  const visible = text.trim().replaceAll(/[^ -~]/g, '?');
  return visible.length <= 120 ? visible : `${visible.slice(0, 117)}...`;
}

/** `200, 204 or 206`. */
export function listed(codes: readonly number[]): string {
  if (codes.length < 2) return codes.join();
  return `${codes.slice(0, -1).join(', ')} or ${codes[codes.length - 1]}`;
}

/** When the certificate ended, if it is the server's own that has expired and not one above it. */
function endOf(error: unknown): string {
  const ends = error instanceof Error && 'ends' in error && typeof error.ends === 'number' ? error.ends : 0;
  return ends > 0 ? ` (${dateOf(ends)})` : '';
}

/** OpenSSL's own reason, for example "wrong version number", which is how plain HTTP on a TLS port shows. */
function reasonOf(error: unknown): string {
  return error instanceof Error && 'reason' in error && typeof error.reason === 'string'
    ? error.reason
    : 'no reason';
}
