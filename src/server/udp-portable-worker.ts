/**
 * UDP on any platform: one worker for each endpoint, with node:dgram. The batched UDP worker is several times as fast; this
 * one is used where that can't run. It answers each datagram in one buffer and hands the kernel a copy. For a wildcard it
 * opens a socket for each address of this host, since a single one can't choose the address that a reply leaves from.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { parentPort } from 'node:worker_threads';
import { UDP_LIMIT } from '../answer/edns.js';
import { respond } from '../answer/respond.js';
import { newResponder, setPeer } from '../answer/responder.js';
import { count, TALLY } from '../answer/tally.js';
import { parseAddress } from '../ip/address.js';
import { systemClock } from '../platform/clock.js';
import { secureRandom } from '../platform/random.js';
import { raisePriority } from '../platform/thread-priority.js';
import { type Endpoint, expandWildcards, isWildcard } from './endpoint.js';
import { followMainThread } from './follow-main-thread.js';
import { keepListening } from './keep-listening.js';
import type { FromWorker, PortableStart } from './messages.js';
import { largestDatagram } from './mtu.js';
import { newPacketBuffer } from './packet-buffer.js';
import { shrink } from './shrink.js';
import { isUnanswerableSource, newSourceGuard } from './sources.js';
import { SEND_BUFFER } from './udp-sockets.js';
import { awaitStart } from './worker-start.js';

const port = parentPort;
if (port === null) throw new Error('udp-portable-worker.js is started as a worker thread');
const start = await awaitStart<PortableStart>(port);
const { endpoints, siblings, table, policy, counters, heartbeat, nice } = start;
const [endpoint] = endpoints;
if (endpoint === undefined) throw new Error('udp-portable-worker.js serves one endpoint');

raisePriority(nice);
const random = secureRandom();
const responder = newResponder(table, random, counters, policy);
const { bytes, view } = newPacketBuffer(UDP_LIMIT);
const say = (message: FromWorker): void => port.postMessage(message);
const countSendError = (): void => count(counters.tally, TALLY.SEND_ERRORS);

const ipv6 = isIPv6(endpoint.host);
// If no free port is found, the attempt to listen will report why.
const own = {
  host: endpoint.host,
  port: endpoint.port === 0 ? await freePort().catch(() => 0) : endpoint.port,
};
let guard = newSourceGuard([own, ...siblings]);

function newSocket(): Socket {
  return createSocket({
    type: ipv6 ? 'udp6' : 'udp4',
    ipv6Only: ipv6,
    recvBufferSize: 1 << 20,
    // The source addresses of datagrams need no resolving.
    lookup: (host, _options, done) => done(null, host, isIPv6(host) ? 6 : 4),
  });
}

function bind(socket: Socket, address: string, number: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ address, port: number, exclusive: true }, resolve);
  });
}

/** A port that no address of this host uses. If another program takes it first, this server chooses another. */
async function freePort(): Promise<number> {
  const socket = newSocket();
  await bind(socket, ipv6 ? '::' : '0.0.0.0', 0);
  const { port: found } = socket.address();
  socket.close();
  return found;
}

async function open({ host, port: number }: Endpoint): Promise<Socket> {
  guard = newSourceGuard([own, ...siblings]);
  const limit = largestDatagram(host) ?? UDP_LIMIT;
  const socket = newSocket();
  await bind(socket, host, number);
  socket.removeAllListeners('error');
  // For example ECONNREFUSED, when a client has gone.
  socket.on('error', countSendError);
  try {
    socket.setSendBufferSize(SEND_BUFFER);
  } catch {
    // Some systems refuse more than they allow; then the default size stays.
  }
  socket.on('message', (datagram, from) => answer(socket, limit, datagram, from));
  return socket;
}

function answer(socket: Socket, limit: number, datagram: Buffer, from: RemoteInfo): void {
  const address = parseAddress(from.address.split('%', 1)[0] ?? '');
  // No real query is that large.
  if (
    address === null ||
    datagram.length > UDP_LIMIT ||
    isUnanswerableSource(guard, address.bytes, 0, ipv6, from.port)
  ) {
    count(counters.tally, TALLY.DROPPED);
    return;
  }
  bytes.set(datagram);
  responder.now = systemClock.now();
  responder.monotonic = systemClock.monotonic();
  setPeer(responder, address.bytes, 0, address.family === 'ipv6');
  let length = respond(view, 0, datagram.length, false, responder);
  if (length === 0) return;
  for (let before = 0; length > limit && length !== before; ) {
    before = length;
    length = shrink(view, 0, length, counters.tally);
  }
  // An answer that can't be sent at once waits, and later ones wait behind it: without limit if queries are forged.
  if (socket.getSendQueueCount() > 0) {
    countSendError();
    return;
  }
  // A reply that can't be sent is lost like any datagram; the client asks again.
  socket.send(Buffer.from(bytes.subarray(0, length)), from.port, from.address, (error) => {
    if (error !== null) countSendError();
  });
}

const listening = keepListening({
  wanted: () => expandWildcards([own]),
  changes: isWildcard(own),
  open,
  say,
  clock: systemClock,
});
listening.then(
  () => say({ kind: 'listening', endpoints: [own] }),
  // The failure was reported; the main thread ends this worker.
  () => port.close(),
);

async function stop(): Promise<void> {
  const stopListening = await listening;
  stopListening();
  port?.close();
}

followMainThread(port, responder, heartbeat, () => void stop());
