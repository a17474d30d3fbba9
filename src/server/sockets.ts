/**
 * All sockets that the main thread opens for a service: first those that were handed on to it, then new ones for the rest. A
 * new socket gets a name, under which the service manager keeps its descriptor.
 */
import type { Libc } from '../platform/libc.js';
import { type BoundSocket, type Descriptor, SocketFault } from './bound-socket.js';
import type { Endpoint } from './endpoint.js';
import type { Protocol } from './sums.js';
import { openTcpSocket } from './tcp-sockets.js';
import { closeUdpSocket, openUdpSockets, type UdpSocket } from './udp-sockets.js';

export interface Sockets {
  /** In the order given, with free ports filled in. */
  readonly endpoints: readonly Endpoint[];
  readonly udp: readonly UdpSocket[];
  readonly tcp: readonly BoundSocket[];
  readonly tls: readonly BoundSocket[];
}

/** How often to try for a port that is free for both UDP and TCP. */
export const FREE_PORT_TRIES = 20;

/**
 * Opens `count` sockets for UDP and one for TCP on each endpoint, or one for TLS. Throws a SocketFault and leaves nothing
 * open if that fails.
 */
export function openSockets(
  libc: Libc,
  wanted: readonly Endpoint[],
  count: number,
  inherited: readonly Descriptor[],
): Sockets {
  for (let tries = 1; ; tries++) {
    const udp: UdpSocket[] = [];
    const tcp: BoundSocket[] = [];
    const tls: BoundSocket[] = [];
    try {
      const endpoints = wanted.map((endpoint) => {
        if (endpoint.tls) {
          const socket = openTcpSocket(libc, endpoint, inherited);
          tls.push(socket);
          return socket.endpoint;
        }
        const sockets = openUdpSockets(libc, endpoint, count, inherited);
        udp.push(...sockets);
        const found = sockets[0]?.endpoint ?? endpoint;
        tcp.push(openTcpSocket(libc, found, inherited));
        return found;
      });
      return { endpoints, udp, tcp, tls };
    } catch (error) {
      closeSockets(libc, { udp, tcp, tls });
      // A free port found for UDP may be taken for TCP; then another one is tried.
      const free = wanted.some(({ port }) => port === 0);
      if (!free || !(error instanceof SocketFault) || tries === FREE_PORT_TRIES) throw error;
    }
  }
}

export function closeSockets(libc: Libc, { udp, tcp, tls }: Omit<Sockets, 'endpoints'>): void {
  for (const socket of udp) closeUdpSocket(libc, socket);
  for (const { fd } of [...tcp, ...tls]) libc.close(fd);
}

/**
 * A socket with the name that the service manager has for it: `udp-192.0.2.53-53-0`, unless it was handed on with another
 * name.
 */
export interface NamedSocket extends Descriptor {
  /** Whether this process made it. */
  readonly made: boolean;
}

export function namedSockets({ udp, tcp, tls }: Omit<Sockets, 'endpoints'>): NamedSocket[] {
  const all: readonly (readonly [Protocol, BoundSocket])[] = [
    ...udp.map((socket) => ['udp', socket] as const),
    ...tcp.map((socket) => ['tcp', socket] as const),
    ...tls.map((socket) => ['tls', socket] as const),
  ];
  const taken = new Set(all.map(([, { from }]) => from?.name));
  return all.map(([protocol, { fd, endpoint, from }]) => {
    if (from !== undefined) return { name: from.name, fd, made: false };
    // A name may have no colon in it.
    const base = `${protocol}-${endpoint.host.replaceAll(':', '_')}-${endpoint.port}`;
    let number = 0;
    while (taken.has(`${base}-${number}`)) number++;
    const name = `${base}-${number}`;
    taken.add(name);
    return { name, fd, made: true };
  });
}
