/**
 * UDP on any platform: one worker, one socket, node:dgram. The worker for UDP in batches is several times as fast; this
 * one takes over where that can't run. It answers each datagram in one buffer and hands the kernel a copy.
 */
import { createSocket, type RemoteInfo } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { UDP_LIMIT } from '../answer/edns.js';
import { respond } from '../answer/respond.js';
import { adoptTable, newResponder, setPeer } from '../answer/responder.js';
import { withPools } from '../answer/table.js';
import { count, TALLY } from '../answer/tally.js';
import { systemClock } from '../clock.js';
import { parseAddress } from '../ip/address.js';
import { systemRandom } from '../random.js';
import { comeForward } from '../thread-priority.js';
import type { FromWorker, PortableStart, ToWorker } from './messages.js';
import { largestDatagram } from './mtu.js';
import { newPacketBuffer } from './packet-buffer.js';
import { shrink } from './shrink.js';
import { isForged, newSourceGuard } from './sources.js';
import { SEND_BUFFER } from './udp-sockets.js';

const port = parentPort;
if (port === null) throw new Error('udp-portable-worker.js is started as a worker thread');
const { endpoints, siblings, table, policy, counters, nice }: PortableStart = workerData;
const [endpoint] = endpoints;
if (endpoint === undefined) throw new Error('udp-portable-worker.js serves one endpoint');

comeForward(nice);
const random = systemRandom();
const responder = newResponder(table, random, counters, policy);
const { bytes, view } = newPacketBuffer(UDP_LIMIT);
const say = (message: FromWorker): void => port.postMessage(message);
const countSendError = (): void => count(counters.tally, TALLY.SEND_ERRORS);

const ipv6 = isIPv6(endpoint.host);
let guard = newSourceGuard(siblings);
let limit = UDP_LIMIT;
const socket = createSocket({
  type: ipv6 ? 'udp6' : 'udp4',
  ipv6Only: ipv6,
  recvBufferSize: 1 << 20,
  // The addresses that datagrams come from need no resolving.
  lookup: (host, _options, done) => done(null, host, isIPv6(host) ? 6 : 4),
});

socket.on('message', (datagram: Buffer, from: RemoteInfo) => {
  const address = parseAddress(from.address.split('%', 1)[0] ?? '');
  // Nobody sends a query that large.
  if (address === null || datagram.length > UDP_LIMIT || isForged(guard, address.bytes, 0, ipv6, from.port)) {
    count(counters.tally, TALLY.DROPPED);
    return;
  }
  bytes.set(datagram);
  responder.now = systemClock.now();
  setPeer(responder, address.bytes, 0, address.family === 'ipv6');
  let length = respond(view, 0, datagram.length, false, responder);
  if (length === 0) return;
  for (let before = 0; length > limit && length !== before; ) {
    before = length;
    length = shrink(view, 0, length, counters.tally);
  }
  // What can't be sent at once waits, and all that comes later waits behind it: without bound where questions are forged.
  if (socket.getSendQueueCount() > 0) {
    countSendError();
    return;
  }
  // A reply that can't be sent is lost like any datagram; the client asks again.
  socket.send(Buffer.from(bytes.subarray(0, length)), from.port, from.address, (error) => {
    if (error !== null) countSendError();
  });
});

const onBindError = (error: NodeJS.ErrnoException): void => {
  say({ kind: 'failed', endpoint, code: error.code ?? 'EUNKNOWN' });
  port.close();
};
socket.once('error', onBindError);
socket.bind({ address: endpoint.host, port: endpoint.port, exclusive: true }, () => {
  socket.off('error', onBindError);
  try {
    socket.setSendBufferSize(SEND_BUFFER);
  } catch {
    // Some systems refuse more than they allow; then it is what they give by themselves.
  }
  // Such as ECONNREFUSED, which tells of a client that has gone.
  socket.on('error', countSendError);
  const own = { host: endpoint.host, port: socket.address().port };
  guard = newSourceGuard([own, ...siblings]);
  limit = largestDatagram(endpoint.host) ?? UDP_LIMIT;
  say({ kind: 'listening', endpoints: [own] });
});

port.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'table':
      adoptTable(responder, message.table, random, message.hits);
      break;
    case 'pools':
      adoptTable(responder, withPools(responder.table, message.generation, message.changes), random);
      break;
    case 'stop':
      socket.close();
      port.close();
      break;
  }
});
