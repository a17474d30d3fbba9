/**
 * How many TLS handshakes a client network may begin. A handshake costs the server as much as some twenty answers, and the
 * client next to nothing. Decided without sockets and timers.
 */
import { networkOf } from './tcp-admission.js';

export interface HandshakeLimit {
  /** Whether the network of an address (4 or 16 octets) may begin one more. */
  admits(address: Uint8Array, now: number): boolean;
}

/** Handshakes that a network may begin at once, as seconds of its rate. */
const BURST = 5;
/** The most networks remembered; the one seen longest ago is forgotten. */
const NETWORKS = 1 << 14;

/** Allows `perSecond` handshakes for each network. Times are milliseconds of any one clock that never goes back. */
export function createHandshakeLimit(perSecond: number): HandshakeLimit {
  const each = 1000 / perSecond;
  /** By network, when its handshakes so far will be paid off; the networks seen last come last. */
  const free = new Map<number, number>();
  return {
    admits(address, now) {
      const network = networkOf(address);
      const from = Math.max(free.get(network) ?? now, now);
      const admitted = from - now <= BURST * 1000 - each;
      free.delete(network);
      free.set(network, admitted ? from + each : from);
      if (free.size > NETWORKS) {
        for (const oldest of free.keys()) {
          free.delete(oldest);
          break;
        }
      }
      return admitted;
    },
  };
}
