/**
 * Works one explanation out in a thread of its own, for a server that has no time to read databases.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { threadResultOf } from '../platform/run-in-worker.js';
import { LOWEST_PRIORITY, lowerPriority } from '../platform/thread-priority.js';

lowerPriority(LOWEST_PRIORITY);
// Only now, since loading it is a good part of the work.
const { runExplainJob } = await import('./explain-job.js');
parentPort?.postMessage(threadResultOf(() => runExplainJob(workerData)));
