/**
 * Shares the world in a thread of its own, at the lowest priority.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { threadResultOf } from '../platform/run-in-worker.js';
import { LOWEST_PRIORITY, lowerPriority } from '../platform/thread-priority.js';

lowerPriority(LOWEST_PRIORITY);
// Loaded only now, since loading it is a good part of the work.
const { runShareJob } = await import('./share-job.js');
parentPort?.postMessage(threadResultOf(() => runShareJob(workerData)));
