/**
 * Starts each kind of thread that answers, and sends messages to it in the way that it reads them.
 */
import { MessageChannel, type Worker } from 'node:worker_threads';
import type { Endpoint } from './endpoint.js';
import {
  type BatchedStart,
  type PortableStart,
  SIGNAL,
  type TcpStart,
  type TlsStart,
  type WorkerConfig,
} from './messages.js';
import type { TlsTerms } from './secure-context.js';
import type { TcpLimits } from './tcp-admission.js';
import type { UdpSocket } from './udp-sockets.js';
import { beginThread } from './waiting-threads.js';
import type { Thread } from './worker-handle.js';

/** Starts the thread for TCP on all endpoints. */
export function startTcp(
  endpoints: readonly Endpoint[],
  config: WorkerConfig,
  limits: TcpLimits,
  descriptors: Int32Array = new Int32Array(),
  begin = beginThread,
): Thread {
  return startEventLoop(begin('tcp'), { endpoints, ...config, limits, descriptors });
}

/** Starts the thread for TLS on all TLS endpoints. */
export function startTls(
  endpoints: readonly Endpoint[],
  config: WorkerConfig,
  limits: TcpLimits,
  terms: TlsTerms,
  descriptors: Int32Array = new Int32Array(),
  begin = beginThread,
): Thread {
  return startEventLoop(begin('tls'), { endpoints, ...config, limits, terms, descriptors });
}

/** Starts a thread for portable UDP on one endpoint of a server that also listens on `siblings`. */
export function startPortable(
  endpoints: readonly Endpoint[],
  config: WorkerConfig,
  siblings: readonly Endpoint[] = [],
  begin = beginThread,
): Thread {
  return startEventLoop(begin('udp-portable'), { endpoints, ...config, siblings });
}

function startEventLoop(worker: Worker, start: PortableStart | TcpStart | TlsStart): Thread {
  worker.postMessage(start);
  return { worker, tell: (message) => worker.postMessage(message) };
}

/** Starts a thread that blocks on a socket of its own, and learns of news and of its end from shared memory. */
export function startBatched(
  socket: UdpSocket,
  config: WorkerConfig,
  siblings: readonly Endpoint[] = [],
  begin = beginThread,
): Thread {
  const signals = new Int32Array(new SharedArrayBuffer(SIGNAL.WORDS * 4));
  // It comes first, since it may fail.
  const worker = begin('udp-batched');
  const { port1: news, port2: ours } = new MessageChannel();
  // Only the worker decides how long its end of the channel lives.
  ours.unref();
  const start: BatchedStart = { socket, siblings, signals, ...config };
  worker.postMessage({ ...start, news }, [news]);
  worker.once('exit', () => ours.close());
  return {
    worker,
    tell(message) {
      if (message.kind === 'stop') {
        Atomics.store(signals, SIGNAL.STOP, 1);
        return;
      }
      // It looks without being told.
      if (message.kind === 'asked') return;
      ours.postMessage(message);
      Atomics.add(signals, SIGNAL.NEWS, 1);
    },
  };
}
