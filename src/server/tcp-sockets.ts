/**
 * The TCP sockets of the workers for TCP and TLS, opened by the main thread as those for UDP are: who is about to connect waits in
 * them while a worker is replaced, or the server is started anew.
 */
import { errorName, LINUX, type Libc } from '../platform/libc.js';
import { adoptSocket, type BoundSocket, bindSocket, type Descriptor, SocketFault } from './bound-socket.js';
import type { Endpoint } from './endpoint.js';
import type { Protocol } from './sums.js';

/** Clients that may wait to be let in; Node has the same. */
const BACKLOG = 511;

/** Listens there, on a socket that was handed on if there is one; throws a SocketFault where that can't be. */
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

/** A descriptor of the same for a thread that closes it when it ends. */
export function duplicateForWorker(libc: Libc, { fd }: BoundSocket): number {
  return libc.fcntl(fd, LINUX.F_DUPFD_CLOEXEC, 0);
}
