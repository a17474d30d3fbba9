/**
 * Shares the world in a thread of its own, behind all else that there is to do.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { threadResultOf } from '../platform/run-in-worker.js';
import { LOWEST_PRIORITY, lowerPriority } from '../platform/thread-priority.js';

lowerPriority(LOWEST_PRIORITY);
// Only now, since loading it is a good part of the work.
const { runShareJob } = await import('./share-job.js');
parentPort?.postMessage(threadResultOf(() => runShareJob(workerData)));
