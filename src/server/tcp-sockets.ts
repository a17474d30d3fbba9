/**
 * The TCP sockets of the workers for TCP and TLS. The main thread opens them, as it opens those for UDP. New connections
 * wait in them while a worker is replaced or the server restarts.
 */
import { errorName, LINUX, type Libc } from '../platform/libc.js';
import { adoptSocket, type BoundSocket, bindSocket, type Descriptor, SocketFault } from './bound-socket.js';
import type { Endpoint } from './endpoint.js';
import type { Protocol } from './sums.js';

/** Connections that may wait to be accepted; Node has the same limit. */
const BACKLOG = 511;

/** Listens on the endpoint, on a socket that was handed on if there is one. Throws a SocketFault if that fails. */
export function openTcpSocket(
  libc: Libc,
  endpoint: Endpoint,
  inherited: readonly Descriptor[] = [],
): BoundSocket {
  const protocol = protocolOf(endpoint);
  for (const descriptor of inherited) {
    const socket = adoptSocket(libc, protocol, endpoint, descriptor, () => undefined);
    if (socket !== undefined) return listening(libc, socket);
  }
  return listening(
    libc,
    bindSocket(libc, protocol, endpoint, (set) => set(LINUX.SOL_SOCKET, LINUX.SO_REUSEADDR, 1)),
  );
}

function listening(libc: Libc, socket: BoundSocket): BoundSocket {
  if (libc.listen(socket.fd, BACKLOG) === 0) return socket;
  const code = errorName(libc.errno());
  libc.close(socket.fd);
  throw new SocketFault(protocolOf(socket.endpoint), socket.endpoint, code);
}

function protocolOf({ tls }: Endpoint): Protocol {
  return tls ? 'tls' : 'tcp';
}

/** Duplicates a socket's descriptor, for a thread that closes it when it ends. Throws a SocketFault if none is left. */
export function duplicateForWorker(libc: Libc, { fd, endpoint }: BoundSocket): number {
  const own = libc.fcntl(fd, LINUX.F_DUPFD_CLOEXEC, 0);
  if (own < 0) throw new SocketFault(protocolOf(endpoint), endpoint, errorName(libc.errno()));
  return own;
}
