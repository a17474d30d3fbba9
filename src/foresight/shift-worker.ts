/**
 * Works out one shift in a thread of its own, since a server's main thread has no time to compile worlds for it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { threadResultOf } from '../platform/run-in-worker.js';
import { LOWEST_PRIORITY, lowerPriority } from '../platform/thread-priority.js';

lowerPriority(LOWEST_PRIORITY);
// Loaded only now, since loading it is a good part of the work.
const { shiftBetween } = await import('./shift.js');
parentPort?.postMessage(threadResultOf(() => shiftBetween(workerData)));
