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
      onListening(socket.endpoint);
    } catch (error) {
      if (!(error instanceof SocketFault)) throw error;
      const { code } = error;
      if (code !== before) onUnavailable(endpoint, code);
      const cancel = clock.after(RETRY_MS, () => open(endpoint, code));
      waits.set(endpoint, cancel);
    }
  }

  function watch(socket: BoundSocket): void {
    waits.get(socket.endpoint)?.();
    const own = duplicate(libc, socket);
    if (own === undefined) {
      const cancel = clock.after(RETRY_MS, () => watch(socket));
      waits.set(socket.endpoint, cancel);
      return;
    }
    const waiting: Socket[] = [];
    const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (visitor) => {
      visitors.add(visitor);
      visitor.once('close', () => visitors.delete(visitor));
      visitor.on('error', () => undefined);
      if (waiting.push(visitor) > 1) return;
      const descriptor = duplicate(libc, socket);
      if (descriptor === undefined) {
        // This client gets no connection, the next one may.
        waiting.length = 0;
        visitor.destroy();
        return;
      }
      server.close();
      handOver(descriptor).then(
        () => {
          for (const each of waiting) lead(each, socket.endpoint);
        },
        () => {
          for (const each of waiting) each.destroy();
        },
      );
    });
    server.maxConnections = MOST_WAITING;
    server.on('error', () => undefined);
    server.listen({ fd: own });
    servers.set(socket, server);
  }

  for (const endpoint of wanted) open(endpoint);
  return {
    listenAgain() {
      for (const socket of sockets) if (servers.get(socket)?.listening !== true) watch(socket);
    },
    close() {
      for (const cancel of waits.values()) cancel();
      for (const server of servers.values()) server.close();
      for (const visitor of visitors) visitor.destroy();
      for (const { fd } of sockets) libc.close(fd);
    },
  };
}

/** Opens a socket for an address that this host has. */
function openPresent(libc: Libc, endpoint: Endpoint): BoundSocket {
  const socket = openTcpSocket(libc, endpoint);
  if (socket.present) return socket;
  libc.close(socket.fd);
  throw new SocketFault('tcp', endpoint, 'EADDRNOTAVAIL');
}

/** Undefined: the process may open no more descriptors now. */
function duplicate(libc: Libc, socket: BoundSocket): number | undefined {
  try {
    return duplicateForWorker(libc, socket);
  } catch (error) {
    if (!(error instanceof SocketFault)) throw error;
    return undefined;
  }
}

/** Connects a client to the thread that listens there, until one side closes the connection. */
function lead(visitor: Socket, { host, port }: Endpoint): void {
  const inner = connect({ host, port, allowHalfOpen: true });
  pipeline(visitor, inner, () => undefined);
  pipeline(inner, visitor, () => undefined);
}
