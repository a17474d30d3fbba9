/**
 * One connection to a mirror's own address, whatever name it answers to: plain TCP, or TLS. Nothing is shared between
 * connections, so no session of another address of the same name vouches for it. The end of its certificate is measured
 * whether the certificate is to be believed or not.
 */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls';
import type { Address } from '../ip/address.js';
import { HANG_UP } from './probe-error.js';
import type { Trace } from './trace.js';

export interface Endpoint {
  readonly address: Address;
  readonly port: number;
  /** Absent: plain TCP. */
  readonly tls?: TlsWish;
}

export interface TlsWish {
  /** The name, or IP address, that the certificate has to be for; a name is sent as SNI. */
  readonly host: string;
  /** Whether the certificate has to be valid, and for the host. */
  readonly verify: boolean;
  /** The certificates to trust. */
  readonly context: SecureContext;
}

/**
 * Connects, and calls `done` once: with nothing when the connection (and its TLS handshake) stands, else with the error.
 * Later errors end the socket quietly. The caller destroys the socket, at any time.
 */
export function openConnection(to: Endpoint, trace: Trace, done: (error: Error | null) => void): Socket {
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
    const { host, verify, context } = to.tls;
    const secured = connectTls({
      ...where,
      secureContext: context,
      // RFC 6066 §3: "Literal IPv4 and IPv6 addresses are not permitted in 'HostName'".
      servername: isIP(host) === 0 ? host : '',
      checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate),
      ALPNProtocols: ['http/1.1'],
      // Judged below, so that the certificate can be looked at in either case. Nothing is sent before.
      rejectUnauthorized: false,
    });
    secured.once('connect', () => {
      trace.step('connect', named);
      trace.phase('TLS handshake');
    });
    secured.once('secureConnect', () => {
      const ends = endOf(secured);
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
    if (!finished) finish(hangUp());
  });
  return socket;
}

/** When the certificate of the server ends, in milliseconds since 1970; undefined where it shows none. */
function endOf(socket: TLSSocket): number | undefined {
  const text = socket.getPeerX509Certificate()?.validTo;
  const ends = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(ends) ? undefined : ends;
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
  const until = ends === undefined ? '' : `, until ${new Date(ends).toISOString()}`;
  return `${socket.getProtocol() ?? 'TLS'}, ${trust}${until}`;
}

/** The error of a connection that the mirror closed without a word. */
export function hangUp(): Error {
  return Object.assign(new Error('connection closed without an answer'), { code: HANG_UP });
}
