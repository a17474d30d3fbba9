/**
 * Listens for HTTP before the thread that answers is started: it takes 20 MB, so it starts with the first client. That
 * client waits here and is connected to the thread. From then on the thread listens for itself on the same socket, so that
 * no client is refused in between.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import type { Clock } from '../platform/clock.js';
import type { Libc } from '../platform/libc.js';
import { type BoundSocket, SocketFault } from '../server/bound-socket.js';
import type { Endpoint } from '../server/endpoint.js';
import { duplicateForWorker, openTcpSocket } from '../server/tcp-sockets.js';

/** Milliseconds between tries to listen. */
const RETRY_MS = 5000;
/** The most clients that may wait; further ones are closed at once. */
const MOST_WAITING = 64;

export interface HttpListening {
  readonly onListening: (endpoint: Endpoint) => void;
  /** `code` is the system's name of the error; reported once while it stays the same. */
  readonly onUnavailable: (endpoint: Endpoint, code: string) => void;
  /** A client has come. Resolves when the thread listens on this descriptor, which the thread must close. */
  readonly handOver: (descriptor: number) => Promise<void>;
  readonly clock: Clock;
}

export interface HttpListeners {
  /** The thread has ended: the next client starts another one. */
  listenAgain(): void;
  close(): void;
}

/** Listens on each endpoint, at once or as soon as possible. */
export function openHttpListeners(
  libc: Libc,
  wanted: readonly Endpoint[],
  { onListening, onUnavailable, handOver, clock }: HttpListening,
): HttpListeners {
  const sockets: BoundSocket[] = [];
  const servers = new Map<BoundSocket, Server>();
  const visitors = new Set<Socket>();
  const waits = new Map<Endpoint, () => void>();

  function open(endpoint: Endpoint, before?: string): void {
    try {
      const socket = openPresent(libc, endpoint);
      sockets.push(socket);
      watch(socket);
    } catch (error) {
      if (!(error instanceof SocketFault)) throw error;
      const { code } = error;
      if (code !== before) onUnavailable(endpoint, code);
      const cancel = clock.after(RETRY_MS, () => open(endpoint, code));
      waits.set(endpoint, cancel);
    }
  }

  /** Waits for a client; later if no descriptor is left, for the reason in `before` at the last try. */
  function watch(socket: BoundSocket, before?: string): void {
    if (servers.get(socket)?.listening === true) return;
    const { endpoint } = socket;
    const fd = duplicateOf(libc, socket);
    if (typeof fd === 'string') {
      if (fd !== before) onUnavailable(endpoint, fd);
      waits.get(endpoint)?.();
      waits.set(
        endpoint,
        clock.after(RETRY_MS, () => watch(socket, fd)),
      );
      return;
    }
    const waiting: Socket[] = [];
    const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (visitor) => {
      visitors.add(visitor);
      visitor.once('close', () => visitors.delete(visitor));
      visitor.on('error', () => undefined);
      if (waiting.push(visitor) > 1) return;
      const descriptor = duplicateOf(libc, socket);
      if (typeof descriptor === 'string') {
        // The next client may come when there is one.
        for (const each of waiting.splice(0)) each.destroy();
        return;
      }
      server.close();
      handOver(descriptor).then(
        () => {
          for (const each of waiting) lead(each, endpoint);
        },
        () => {
          for (const each of waiting) each.destroy();
        },
      );
    });
    server.maxConnections = MOST_WAITING;
    server.on('error', () => undefined);
    server.listen({ fd });
    if (before !== undefined || !servers.has(socket)) onListening(endpoint);
    servers.set(socket, server);
  }

  for (const endpoint of wanted) open(endpoint);
  return {
    listenAgain() {
      for (const socket of sockets) watch(socket);
    },
    close() {
      for (const cancel of waits.values()) cancel();
      for (const server of servers.values()) server.close();
      for (const visitor of visitors) visitor.destroy();
      for (const { fd } of sockets) libc.close(fd);
    },
  };
}

/** A duplicate of a socket's descriptor, or the system's name of the error. */
function duplicateOf(libc: Libc, socket: BoundSocket): number | string {
  try {
    return duplicateForWorker(libc, socket);
  } catch (error) {
    if (error instanceof SocketFault) return error.code;
    throw error;
  }
}

/** Opens a socket for an address that this host has. */
function openPresent(libc: Libc, endpoint: Endpoint): BoundSocket {
  const socket = openTcpSocket(libc, endpoint);
  if (socket.present) return socket;
  libc.close(socket.fd);
  throw new SocketFault('tcp', endpoint, 'EADDRNOTAVAIL');
}

/** Connects a client to the thread that listens there, until one side closes the connection. */
function lead(visitor: Socket, { host, port }: Endpoint): void {
  const inner = connect({ host, port, allowHalfOpen: true });
  pipeline(visitor, inner, () => undefined);
  pipeline(inner, visitor, () => undefined);
}
