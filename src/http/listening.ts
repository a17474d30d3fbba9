/**
 * Listens for HTTP on the configured endpoints, at once or as soon as possible. A port that another program uses is
 * reported, and delays nothing else.
 */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { Clock } from '../platform/clock.js';
import { codeOf } from '../platform/errors.js';
import type { Endpoint } from '../server/endpoint.js';

/** Milliseconds from one attempt to the next. */
const RETRY_MS = 5000;
/** The maximum number of concurrent connections; more are closed at once. */
const MOST_CONNECTIONS = 256;
/** Milliseconds within which a request must arrive. */
const ARRIVES_WITHIN = 10_000;
/** The maximum size of a request's header in octets; browsers send half a kilobyte. */
const LARGEST_HEADER = 8192;

export interface Listening {
  /** The endpoint where it now listens, with the actual port if the configured one is 0. */
  readonly onListening: (endpoint: Endpoint) => void;
  /** `code` is the system's name of the error. Not called again while retries fail with the same code. */
  readonly onUnavailable: (endpoint: Endpoint, code: string) => void;
  readonly clock: Clock;
}

/** Listens on each endpoint. The function returned closes the servers and all connections. */
export function listenForHttp(
  endpoints: readonly Endpoint[],
  answer: RequestListener,
  { onListening, onUnavailable, clock }: Listening,
): () => void {
  const servers = new Set<Server>();
  const waits = new Map<Endpoint, () => void>();
  let isClosed = false;

  function open(endpoint: Endpoint, before?: string): void {
    const server = makeServer(answer);
    server.once('error', (error) => {
      servers.delete(server);
      if (isClosed) return;
      const code = codeOf(error) ?? 'EUNKNOWN';
      if (code !== before) onUnavailable(endpoint, code);
      waits.set(
        endpoint,
        clock.after(RETRY_MS, () => open(endpoint, code)),
      );
    });
    server.listen({ ...endpoint, ipv6Only: true, exclusive: true }, () => {
      if (isClosed) return;
      server.removeAllListeners('error');
      goOn(server);
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : endpoint.port;
      onListening({ ...endpoint, port });
    });
    servers.add(server);
  }

  for (const endpoint of endpoints) open(endpoint);
  return () => {
    isClosed = true;
    for (const cancel of waits.values()) cancel();
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  };
}

/** Listens on an open socket; resolves with the server once it does. */
export function listenOn(descriptor: number, answer: RequestListener): Promise<Server> {
  const server = makeServer(answer);
  goOn(server);
  return new Promise((resolve) => server.listen({ fd: descriptor }, () => resolve(server)));
}

function makeServer(answer: RequestListener): Server {
  const server = createServer(
    {
      requestTimeout: ARRIVES_WITHIN,
      headersTimeout: ARRIVES_WITHIN,
      connectionsCheckingInterval: ARRIVES_WITHIN / 10,
      maxHeaderSize: LARGEST_HEADER,
    },
    answer,
  );
  server.maxConnections = MOST_CONNECTIONS;
  return server;
}

/** Continues after an error such as EMFILE: this client gets no connection, the next one may. */
function goOn(server: Server): void {
  server.on('error', () => undefined);
}
