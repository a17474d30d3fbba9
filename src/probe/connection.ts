/**
 * One connection to a mirror's own address, whatever its name: plain TCP or TLS. Connections share no TLS sessions, so a
 * session with another address of the same name never stands in for a handshake. The certificate's end is recorded whether
 * or not the certificate is trusted.
 */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls';
import type { Address } from '../ip/address.js';
import { rfc3339 } from '../platform/time.js';
import type { CertificateReader, PeerCertificate } from './peer-certificate.js';
import { CONNECTION_CLOSED } from './probe-error.js';
import type { Trace } from './trace.js';

export interface ConnectionTarget {
  readonly address: Address;
  readonly port: number;
  /** Absent: plain TCP. */
  readonly tls?: TlsOptions;
}

export interface TlsOptions {
  /** The name or IP address that the certificate must be for; a name is sent as SNI. */
  readonly host: string;
  /** Whether the certificate must be valid and match the host. */
  readonly verify: boolean;
  readonly trust: Trust;
}

/** What all TLS connections share. The only data in it that comes from servers is what their certificates say. */
export interface Trust {
  /** The certificates to trust. */
  readonly context: SecureContext;
  readonly read: CertificateReader;
}

/** RFC 7301 §3.1: each name preceded by its length. Built once; Node would build it for each connection. */
const HTTP_1_1 = Buffer.from('\x08http/1.1');

/**
 * Connects and calls `done` once: with null when the connection (and its TLS handshake) is established, otherwise with the
 * error. Later errors end the socket silently. The caller destroys the socket, and may do so at any time.
 */
export function openConnection(
  to: ConnectionTarget,
  trace: Trace,
  done: (error: Error | null) => void,
): Socket {
  trace.phase('connecting');
  const where = { host: to.address.text, port: to.port };
  const named = () => `${to.address.text} port ${to.port}`;
  let finished = false;
  const finish = (error: Error | null): void => {
    if (finished) return;
    finished = true;
    done(error);
  };
  let socket: Socket;
  if (to.tls === undefined) {
    socket = connectTcp(where);
    socket.once('connect', () => {
      trace.step('connect', named);
      finish(null);
    });
  } else {
    const { host, verify, trust } = to.tls;
    // Read once: on a second call Node would say that the server presented no certificate.
    let peer: PeerCertificate | undefined;
    const read = (): PeerCertificate | undefined => {
      const certificate = secured.getPeerX509Certificate();
      return certificate === undefined ? undefined : trust.read(certificate, host);
    };
    const secured: TLSSocket = connectTls({
      ...where,
      secureContext: trust.context,
      // RFC 6066 §3: "Literal IPv4 and IPv6 addresses are not permitted in 'HostName'".
      servername: isIP(host) === 0 ? host : '',
      checkServerIdentity: () => {
        peer = read();
        return peer === undefined ? new Error('no certificate') : peer.mismatch;
      },
      ALPNProtocols: HTTP_1_1,
      // Verified below, so that the certificate can be read either way. Nothing is sent before that.
      rejectUnauthorized: false,
    });
    skipDecoding(secured);
    secured.once('connect', () => {
      trace.step('connect', named);
      trace.phase('TLS handshake');
    });
    secured.once('secureConnect', () => {
      peer ??= read();
      const ends = peer?.ends;
      if (ends !== undefined) trace.found({ certificateEnds: ends });
      if (verify && !secured.authorized) return finish(refusal(secured, ends));
      trace.step('tls', () => describeSession(secured, verify, ends));
      finish(null);
    });
    socket = secured;
  }
  socket.on('error', finish);
  socket.once('close', () => {
    // Capturing an error's stack is slow, and most connections are closed by the probe once it knows enough.
    if (!finished) finish(closeConnection());
  });
  return socket;
}

/**
 * If a chain is valid, Node decodes all of it again for `checkServerIdentity`, at a seventh of the cost of a handshake. Our
 * function reads the certificate itself, so nothing needs the decoded chain.
 */
function skipDecoding(socket: TLSSocket): void {
  Object.assign(socket, { getPeerCertificate: () => ({}) });
}

function refusal(socket: TLSSocket, ends: number | undefined): Error {
  // Its type says Error, but it is the code of one.
  const code = String(socket.authorizationError);
  return Object.assign(new Error(code), { code, ...(ends !== undefined && { ends }) });
}

function describeSession(socket: TLSSocket, verify: boolean, ends: number | undefined): string {
  const trust = socket.authorized
    ? 'certificate is valid'
    : `certificate is not valid (${String(socket.authorizationError)})${verify ? '' : ', which is not asked for'}`;
  const until = ends === undefined ? '' : `, until ${rfc3339(ends)}`;
  return `${socket.getProtocol() ?? 'TLS'}, ${trust}${until}`;
}

/** The error for a connection that the mirror closed without sending anything. */
export function closeConnection(): Error {
  return Object.assign(new Error('connection closed without an answer'), { code: CONNECTION_CLOSED });
}
