/**
 * TCP: one event-loop worker serves all endpoints with node:net. A client that reads slowly stops being read from, one
 * that says nothing is cut, and the one that was idle longest makes room when there are too many (RFC 7766 §6.2).
 */
import { createServer, type Server, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { adoptTable, newResponder, setPeer } from '../answer/responder.js';
import { withPools } from '../answer/table.js';
import { count, TALLY } from '../answer/tally.js';
import { parseAddress } from '../ip/address.js';
import { systemRandom } from '../random.js';
import type { Endpoint } from './endpoint.js';
import type { FromWorker, ToWorker, WorkerStart } from './messages.js';
import { newPacketBuffer } from './packet-buffer.js';
import { newTcpStream, REPLY_ROOM, takeOctets } from './tcp-stream.js';

/** Milliseconds that a connection may say nothing. */
const IDLE = 15_000;
/** Connections at a time; more cost the one that was idle longest its place. */
const CONNECTIONS = 1000;
/** Octets that may wait for a client to read them before it is read from no more. */
const QUEUED = 1 << 17;
const NOTHING = Buffer.alloc(0);
/** Milliseconds that open connections have for what is under way when the worker is told to stop. */
const GRACE = 1000;

const port = parentPort;
if (port === null) throw new Error('tcp-worker.js is started as a worker thread');
const { endpoints, table, counters }: WorkerStart = workerData;
const random = systemRandom();
const responder = newResponder(table, random, counters);
const room = newPacketBuffer(REPLY_ROOM);
const say = (message: FromWorker): void => port.postMessage(message);
/** In the order of their last word: the first was idle longest. */
const connections = new Set<Socket>();

function serve(socket: Socket): void {
  const address = parseAddress((socket.remoteAddress ?? '').split('%', 1)[0] ?? '');
  if (address === null) {
    socket.destroy();
    return;
  }
  const stream = newTcpStream();
  makeRoom();
  connections.add(socket);
  socket.setNoDelay(true);
  socket.setTimeout(IDLE, () => socket.destroy());
  // A connection that breaks is the client's affair; 'close' follows.
  socket.on('error', () => count(counters.tally, TALLY.SEND_ERRORS));
  socket.on('close', () => connections.delete(socket));
  let waits = false;
  let ended = false;
  const write = (reply: Buffer): boolean => {
    socket.write(reply);
    return socket.writableLength <= QUEUED;
  };
  const take = (octets: Buffer): void => {
    setPeer(responder, address.bytes, 0, address.family === 'ipv6');
    const taken = takeOctets(stream, octets, responder, room, write);
    waits = taken === 'full';
    if (taken === 'broken') socket.destroySoon();
    else if (waits) {
      // Neither read nor answered until the client has taken what is there: it can't make the server hold more for it.
      socket.pause();
      socket.once('drain', () => take(NOTHING));
    } else if (ended) socket.end();
    else socket.resume();
  };
  socket.on('data', (octets: Buffer) => {
    connections.delete(socket);
    connections.add(socket);
    take(octets);
  });
  // A client that has sent all it has to send still gets its answers (RFC 7766 §6.2.3).
  socket.on('end', () => {
    ended = true;
    if (!waits) socket.end();
  });
}

function makeRoom(): void {
  if (connections.size < CONNECTIONS) return;
  for (const longestIdle of connections) {
    longestIdle.destroy();
    connections.delete(longestIdle);
    return;
  }
}

function listen(endpoint: Endpoint): Promise<{ server: Server; endpoint: Endpoint }> {
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true }, serve);
    server.once('error', (error: NodeJS.ErrnoException) => {
      say({ kind: 'failed', endpoint, code: error.code ?? 'EUNKNOWN' });
      reject(error);
    });
    server.listen({ host: endpoint.host, port: endpoint.port, ipv6Only: true, exclusive: true }, () => {
      server.removeAllListeners('error');
      // Such as EMFILE: this client gets no connection, the next one may.
      server.on('error', () => {});
      const bound = server.address();
      const actual = typeof bound === 'object' && bound !== null ? bound.port : endpoint.port;
      resolve({ server, endpoint: { host: endpoint.host, port: actual } });
    });
  });
}

const listening = Promise.all(endpoints.map(listen));
listening.then(
  (servers) => say({ kind: 'listening', endpoints: servers.map(({ endpoint }) => endpoint) }),
  // It was said which endpoint failed and why; the main thread ends this worker.
  () => port.close(),
);

async function stop(): Promise<void> {
  for (const { server } of await listening) server.close();
  for (const socket of connections) {
    socket.end();
    socket.setTimeout(GRACE, () => socket.destroy());
  }
  port?.close();
}

port.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'table':
      adoptTable(responder, message.table, random, message.hits);
      break;
    case 'pools':
      adoptTable(responder, withPools(responder.table, message.generation, message.changes), random);
      break;
    case 'stop':
      void stop();
      break;
  }
});
