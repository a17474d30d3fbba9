/**
 * One connection to a mirror's own address, whatever name it answers to: plain TCP, or TLS. Nothing is shared between
 * connections, so no session of another address of the same name vouches for it. The end of its certificate is measured
 * whether the certificate is to be believed or not.
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
  /** The name, or IP address, that the certificate has to be for; a name is sent as SNI. */
  readonly host: string;
  /** Whether the certificate has to be valid, and for the host. */
  readonly verify: boolean;
  readonly trust: Trust;
}

/** What all TLS connections share. None of it comes from a server but the words of certificates. */
export interface Trust {
  /** The certificates to trust. */
  readonly context: SecureContext;
  readonly read: CertificateReader;
}

/** RFC 7301 §3.1: each name with its length before it. Made once, as Node would make it at each connection. */
const HTTP_1_1 = Buffer.from('\x08http/1.1');

/**
 * Connects, and calls `done` once: with nothing when the connection (and its TLS handshake) stands, else with the error.
 * Later errors end the socket quietly. The caller destroys the socket, at any time.
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
    // Asked once: the second time Node would say that the server showed none.
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
      // Judged below, so that the certificate can be looked at in either case. Nothing is sent before.
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
    // An error's stack takes its time, and most connections end because enough is known.
    if (!finished) finish(closeConnection());
  });
  return socket;
}

/**
 * Where a chain is valid, Node decodes all of it anew to hand it to `checkServerIdentity`: a seventh of what a handshake
 * costs. Ours reads the certificate itself, so that nobody wants the decoded chain.
 */
function skipDecoding(socket: TLSSocket): void {
  Object.assign(socket, { getPeerCertificate: () => ({}) });
}

function refusal(socket: TLSSocket, ends: number | undefined): Error {
  // Declared as an error, it is the code of one.
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

/** The error of a connection that the mirror closed without a word. */
export function closeConnection(): Error {
  return Object.assign(new Error('connection closed without an answer'), { code: CONNECTION_CLOSED });
}
