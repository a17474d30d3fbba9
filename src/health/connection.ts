/**
 * One connection to a mirror's own address, whatever name it answers to: plain TCP, or TLS whose certificate is always
 * verified. Nothing is shared between connections, so no session of another address of the same name vouches for it.
 */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls } from 'node:tls';
import type { Address } from '../ip/address.js';
import { HANG_UP, type Phase } from './probe-error.js';

export interface Endpoint {
  readonly address: Address;
  readonly port: number;
  /** Absent: plain TCP. */
  readonly tls?: TlsWish;
}

export interface TlsWish {
  /** The name, or IP address, that the certificate has to be for; a name is sent as SNI. */
  readonly host: string;
  /** Certificates to trust instead of Node's, as PEM. */
  readonly ca?: string;
}

/**
 * Connects, and calls `done` once: with nothing when the connection (and its TLS handshake) stands, else with the error.
 * Later errors end the socket quietly. `onPhase` hears what it is busy with. The caller destroys the socket, at any time.
 */
export function openConnection(
  to: Endpoint,
  onPhase: (phase: Phase) => void,
  done: (error: Error | null) => void,
): Socket {
  onPhase('connecting');
  const where = { host: to.address.text, port: to.port };
  let socket: Socket;
  if (to.tls === undefined) {
    socket = connectTcp(where);
    socket.once('connect', () => finish(null));
  } else {
    const { host, ca } = to.tls;
    socket = connectTls({
      ...where,
      ...(ca === undefined ? {} : { ca }),
      // RFC 6066 §3: "Literal IPv4 and IPv6 addresses are not permitted in 'HostName'".
      servername: isIP(host) === 0 ? host : '',
      checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate),
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: true,
    });
    socket.once('connect', () => onPhase('TLS handshake'));
    socket.once('secureConnect', () => finish(null));
  }
  let finished = false;
  function finish(error: Error | null): void {
    if (finished) return;
    finished = true;
    done(error);
  }
  socket.on('error', finish);
  socket.once('close', () => finish(hangUp()));
  return socket;
}

/** The error of a connection that the mirror closed without a word. */
function hangUp(): Error {
  return Object.assign(new Error('connection closed without an answer'), { code: HANG_UP });
}
