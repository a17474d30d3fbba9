/**
 * Starting the three kinds of threads that answer, and reaching each of them in its way.
 */
import { MessageChannel, Worker } from 'node:worker_threads';
import type { Endpoint } from './endpoint.js';
import { type BatchedStart, type Duty, type PortableStart, SIGNAL, type TcpStart } from './messages.js';
import type { TcpLimits } from './tcp-admission.js';
import type { UdpSocket } from './udp-sockets.js';
import type { Thread } from './worker-handle.js';

/** The thread for TCP on all endpoints. */
export function startTcp(
  endpoints: readonly Endpoint[],
  duty: Duty,
  limits: TcpLimits,
  descriptors: readonly number[] = [],
): Thread {
  return startEventLoop('tcp', { endpoints, ...duty, limits, descriptors });
}

/** A thread for portable UDP on one endpoint of a server that listens on the siblings too. */
export function startPortable(
  endpoints: readonly Endpoint[],
  duty: Duty,
  siblings: readonly Endpoint[] = [],
): Thread {
  return startEventLoop('udp-portable', { endpoints, ...duty, siblings });
}

function startEventLoop(kind: 'tcp' | 'udp-portable', workerData: PortableStart | TcpStart): Thread {
  const worker = new Worker(new URL(`./${kind}-worker.js`, import.meta.url), { workerData });
  return { worker, tell: (message) => worker.postMessage(message) };
}

/** A thread that blocks on a socket of its own, and sees news and the wish to stop in shared memory. */
export function startBatched(socket: UdpSocket, duty: Duty, siblings: readonly Endpoint[] = []): Thread {
  const signals = new Int32Array(new SharedArrayBuffer(SIGNAL.WORDS * 4));
  const { port1: news, port2: ours } = new MessageChannel();
  // Only the worker's end decides how long it lives.
  ours.unref();
  const start: BatchedStart = { socket, siblings, signals, ...duty };
  const worker = new Worker(new URL('./udp-batched-worker.js', import.meta.url), {
    workerData: { ...start, news },
    transferList: [news],
  });
  worker.once('exit', () => ours.close());
  return {
    worker,
    tell(message) {
      if (message.kind === 'stop') {
        Atomics.store(signals, SIGNAL.STOP, 1);
        return;
      }
      // It looks by itself.
      if (message.kind === 'asked') return;
      ours.postMessage(message);
      Atomics.add(signals, SIGNAL.NEWS, 1);
    },
  };
}
