/**
 * TCP: one event-loop worker serves all endpoints.
 */
import { parentPort } from 'node:worker_threads';
import { newResponder } from '../answer/responder.js';
import { secureRandom } from '../platform/random.js';
import { raisePriority } from '../platform/thread-priority.js';
import { followMainThread } from './follow-main-thread.js';
import { serveOverTcp } from './listen-over-tcp.js';
import type { TcpStart } from './messages.js';
import { openTcpConnections } from './tcp-connections.js';
import { awaitStart } from './worker-start.js';

const port = parentPort;
if (port === null) throw new Error('tcp-worker.js is started as a worker thread');
const start = await awaitStart<TcpStart>(port);
const { table, policy, counters, heartbeat, nice, limits } = start;
raisePriority(nice);
const responder = newResponder(table, secureRandom(), counters, policy);
const connections = openTcpConnections(responder, limits);
const stop = serveOverTcp(port, start, connections, (socket, address) => {
  connections.admit(socket, address);
  connections.serve(socket, address);
});
followMainThread(port, responder, heartbeat, stop);
