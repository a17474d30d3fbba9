/**
 * DNS over TLS (RFC 7858): one event-loop worker serves all TLS endpoints. It is TCP behind a handshake, with the limits of
 * TCP. Its thread has a lower priority than those that answer without TLS, so that clients that cause handshakes or
 * decryption take nothing from others.
 */
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { parentPort } from 'node:worker_threads';
import { newResponder } from '../answer/responder.js';
import { count, TALLY } from '../answer/tally.js';
import type { Address } from '../ip/address.js';
import { systemClock } from '../platform/clock.js';
import { secureRandom } from '../platform/random.js';
import { LOW_PRIORITY, lowerPriority } from '../platform/thread-priority.js';
import { followMainThread } from './follow-main-thread.js';
import { createHandshakeLimit } from './handshake-limit.js';
import { serveOverTcp } from './listen-over-tcp.js';
import type { TlsStart, ToWorker } from './messages.js';
import type { TlsTerms } from './secure-context.js';
import { createSecureContexts } from './secure-contexts.js';
import { openTcpConnections } from './tcp-connections.js';
import { awaitStart } from './worker-start.js';

const port = parentPort;
if (port === null) throw new Error('tls-worker.js is started as a worker thread');
const start = await awaitStart<TlsStart>(port);
const { table, policy, counters, heartbeat, limits } = start;
const { tally } = counters;
lowerPriority(LOW_PRIORITY);
const responder = newResponder(table, secureRandom(), counters, policy);
responder.encrypted = true;
const connections = openTcpConnections(responder, limits);

let { terms } = start;
let handshakes = createHandshakeLimit(terms.handshakes);
const contexts = createSecureContexts(terms, systemClock);

function adopt(next: TlsTerms): void {
  if (next.handshakes !== terms.handshakes) handshakes = createHandshakeLimit(next.handshakes);
  terms = next;
  contexts.adopt(terms);
}

function shakeHands(socket: Socket, address: Address): void {
  if (!handshakes.admits(address.bytes, performance.now())) {
    count(tally, TALLY.TLS_REFUSED);
    socket.resetAndDestroy();
    return;
  }
  connections.admit(socket, address);
  connections.prepare(socket);
  // A client that offers no protocol is taken to mean DNS, since RFC 7858 asks for no ALPN. A client that offers only others
  // is refused (RFC 7301 §3.2).
  const carrier = new TLSSocket(socket, {
    isServer: true,
    secureContext: contexts.current(),
    ALPNProtocols: ['dot'],
  });
  let secured = false;
  carrier.on('error', () => undefined);
  carrier.once('secure', () => {
    secured = true;
    count(tally, carrier.isSessionReused() ? TALLY.TLS_RESUMED : TALLY.TLS_HANDSHAKES);
    connections.serve(socket, address, carrier);
  });
  carrier.once('close', () => {
    if (!secured) count(tally, TALLY.TLS_FAILED);
  });
}

followMainThread(port, responder, heartbeat, serveOverTcp(port, start, connections, shakeHands));
port.on('message', (message: ToWorker) => {
  if (message.kind === 'tls') adopt(message.terms);
});
