/**
 * The sockets on which a thread accepts connections, with node:net.
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { MessagePort } from 'node:worker_threads';
import { type Address, parseAddress } from '../ip/address.js';
import { systemClock } from '../platform/clock.js';
import type { Endpoint } from './endpoint.js';
import { keepListening } from './keep-listening.js';
import { type FromWorker, type TcpStart, takeDescriptor } from './messages.js';
import type { TcpConnections } from './tcp-connections.js';

type Where = Pick<TcpStart, 'endpoints' | 'descriptors'>;
type OnConnection = (socket: Socket, address: Address) => void;

/**
 * Accepts connections on all endpoints. Reports over the thread's port that it listens, with free ports filled in, or which
 * endpoint failed and why. `onConnection` gets each connection with the client's address. Returns a function that ends
 * listening, the open connections and the thread.
 */
export function serveOverTcp(
  port: MessagePort,
  where: Where,
  connections: Pick<TcpConnections, 'stop'>,
  onConnection: OnConnection,
): () => void {
  const listening = listenOverTcp(where, (message) => port.postMessage(message), onConnection);
  // The failure was reported; the main thread ends this one.
  listening.catch(() => port.close());
  return () =>
    void listening.then(
      (stopListening) => {
        stopListening();
        connections.stop();
        port.close();
      },
      () => undefined,
    );
}

async function listenOverTcp(
  { endpoints, descriptors }: Where,
  say: (message: FromWorker) => void,
  onConnection: OnConnection,
): Promise<() => void> {
  const opened = [...endpoints];
  const stop = await keepListening({
    wanted: () => endpoints,
    changes: false,
    async open(endpoint) {
      const index = endpoints.indexOf(endpoint);
      const server = await listen(endpoint, takeDescriptor(descriptors, index), onConnection);
      const address = server.address();
      if (typeof address === 'object' && address !== null)
        opened[index] = { ...endpoint, port: address.port };
      return server;
    },
    say,
    clock: systemClock,
  });
  say({ kind: 'listening', endpoints: opened });
  return stop;
}

function listen(
  { host, port }: Endpoint,
  fd: number | undefined,
  onConnection: OnConnection,
): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      const address = parseAddress((socket.remoteAddress ?? '').split('%', 1)[0] ?? '');
      if (address === null) socket.destroy();
      else onConnection(socket, address);
    });
    server.once('error', reject);
    server.listen(fd === undefined ? { host, port, ipv6Only: true, exclusive: true } : { fd }, () => {
      server.off('error', reject);
      // For example EMFILE: this client gets no connection, but the next one may.
      server.on('error', () => {});
      resolve(server);
    });
  });
}
