/**
 * TCP: one event-loop worker serves all endpoints with node:net. A client that does not read is not read from, and who may
 * stay how long is decided in tcp-admission.ts; here are the sockets and the time.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { adoptPolicy, adoptTable, newResponder, setPeer } from '../answer/responder.js';
import { count, TALLY } from '../answer/tally.js';
import { systemClock } from '../clock.js';
import { parseAddress } from '../ip/address.js';
import { secureRandom } from '../random.js';
import { comeForward } from '../thread-priority.js';
import type { Endpoint } from './endpoint.js';
import { keepListening } from './keep-listening.js';
import type { FromWorker, TcpStart, ToWorker } from './messages.js';
import { newPacketBuffer } from './packet-buffer.js';
import { answerPulse } from './pulse.js';
import { createAdmission, type Ending, type Leaving } from './tcp-admission.js';
import { newTcpStream, REPLY_ROOM, takeOctets } from './tcp-stream.js';

/** Octets that may wait for a client to read them before it is read from no more. */
const QUEUED = 1 << 15;
/** Milliseconds from one look for connections whose time is over to the next. */
const SWEEP_EVERY = 250;
const NOTHING = Buffer.alloc(0);
/** Milliseconds that open connections have for what is under way when the worker is told to stop. */
const GRACE = 1000;

const port = parentPort;
if (port === null) throw new Error('tcp-worker.js is started as a worker thread');
const { endpoints, table, policy, counters, pulse, nice, limits, descriptors }: TcpStart = workerData;
comeForward(nice);
const random = secureRandom();
const responder = newResponder(table, random, counters, policy);
// RFC 7828 §3.1: in tenths of a second.
responder.keepalive = Math.round(limits.idle / 100);
const room = newPacketBuffer(REPLY_ROOM);
const say = (message: FromWorker): void => port.postMessage(message);
const connections = new Set<Socket>();
const admission = createAdmission<Socket>(limits);
const now = (): number => performance.now();
const CUT: Readonly<Record<Ending, number>> = {
  idle: TALLY.TCP_IDLE,
  slow: TALLY.TCP_SLOW,
  unread: TALLY.TCP_UNREAD,
  crowded: TALLY.TCP_CROWDED,
  'network-crowded': TALLY.TCP_NETWORK_CROWDED,
};

function serve(socket: Socket): void {
  const address = parseAddress((socket.remoteAddress ?? '').split('%', 1)[0] ?? '');
  if (address === null) {
    socket.destroy();
    return;
  }
  const { bytes, family } = address;
  const stream = newTcpStream();
  count(counters.tally, TALLY.TCP_OPENED);
  for (const leaving of admission.admit(socket, bytes, now())) cut(leaving);
  connections.add(socket);
  countOpen();
  sweepSoon();
  socket.setNoDelay(true);
  // A connection that breaks is the client's affair; 'close' follows.
  socket.on('error', () => count(counters.tally, TALLY.SEND_ERRORS));
  socket.on('close', () => {
    admission.leave(socket);
    connections.delete(socket);
    countOpen();
  });
  /** Answered no more until it has taken what is there: it can't make the server hold more for it. */
  let waits = false;
  let ended = false;
  const noteState = (whole: boolean): void => {
    const state = socket.writableLength > 0 ? 'reading' : stream.held > 0 ? 'sending' : 'idle';
    admission.note(socket, state, whole, now());
  };
  const onWritten = (): void => {
    if (socket.writableLength > 0 || socket.destroyed) return;
    if (waits) take(NOTHING);
    else noteState(false);
  };
  const write = (reply: Buffer): boolean => {
    socket.write(reply, onWritten);
    return socket.writableLength <= QUEUED;
  };
  const take = (octets: Buffer): void => {
    responder.now = systemClock.now();
    responder.monotonic = systemClock.monotonic();
    setPeer(responder, bytes, 0, family === 'ipv6');
    const { outcome, whole } = takeOctets(stream, octets, responder, room, write);
    waits = outcome === 'full';
    noteState(whole);
    if (outcome === 'broken') {
      // Whatever it says from now on is not heard.
      socket.off('data', take).resume();
      socket.destroySoon();
    } else if (waits) socket.pause();
    else if (ended) socket.end();
    else socket.resume();
  };
  socket.on('data', take);
  // A client that has sent all it has to send still gets its answers (RFC 7766 §6.2.3).
  socket.on('end', () => {
    ended = true;
    if (!waits) socket.end();
  });
}

function countOpen(): void {
  counters.tally[TALLY.TCP_OPEN] = connections.size;
}

function cut({ connection, why }: Leaving<Socket>): void {
  count(counters.tally, CUT[why]);
  // What waits for somebody who does not take it would stay with the kernel for minutes after an orderly end.
  if (why === 'slow' || why === 'unread') connection.resetAndDestroy();
  else connection.destroy();
}

let sweeping = false;

/** Looks for connections whose time is over for as long as there are any at all. */
function sweepSoon(): void {
  if (sweeping) return;
  sweeping = true;
  setTimeout(() => {
    sweeping = false;
    for (const leaving of admission.overdue(now())) cut(leaving);
    if (connections.size > 0) sweepSoon();
  }, SWEEP_EVERY).unref();
}

function listen(endpoint: Endpoint): Promise<Server> {
  const { host, port } = endpoint;
  const fd = descriptors[endpoints.indexOf(endpoint)];
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true }, serve);
    server.once('error', reject);
    server.listen(fd === undefined ? { host, port, ipv6Only: true, exclusive: true } : { fd }, () => {
      server.off('error', reject);
      // Such as EMFILE: this client gets no connection, the next one may.
      server.on('error', () => {});
      resolve(server);
    });
  });
}

const listening = keepListening({
  wanted: () => endpoints,
  changes: false,
  open: listen,
  say,
  clock: systemClock,
});
listening.then(
  () => say({ kind: 'listening', endpoints }),
  // It was said which endpoint failed and why; the main thread ends this worker.
  () => port.close(),
);

async function stop(): Promise<void> {
  const stopListening = await listening;
  stopListening();
  for (const socket of connections) {
    socket.end();
    socket.setTimeout(GRACE, () => socket.destroy());
  }
  port?.close();
}

port.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'table':
      adoptTable(responder, message.table, message.hits);
      break;
    case 'policy':
      adoptPolicy(responder, message.policy);
      break;
    case 'asked':
      answerPulse(pulse);
      break;
    case 'stop':
      void stop();
      break;
  }
});
