/**
 * How many TLS handshakes a client network may begin: each costs as much as some twenty answers, and whoever asks for one
 * pays next to nothing. Decided apart from sockets and timers.
 */
import { networkOf } from './tcp-admission.js';

export interface HandshakeLimit {
  /** Whether the network of an address (4 or 16 octets) may begin one more. */
  admits(address: Uint8Array, now: number): boolean;
}

/** Handshakes that a network may begin at once, in seconds of its rate. */
const BURST = 5;
/** Networks that are known at a time; the one that was seen longest ago is forgotten. */
const NETWORKS = 1 << 14;

/** So many a second for each network; times are milliseconds of any one clock that never goes back. */
export function createHandshakeLimit(perSecond: number): HandshakeLimit {
  const each = 1000 / perSecond;
  /** By network, when it will have made up for all that it began; those that were seen last come last. */
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
