/**
 * Works one explanation out in a thread of its own, for a server that has no time to read databases.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { outcomeOf } from '../in-thread.js';
import { NICEST, standBack } from '../thread-priority.js';

standBack(NICEST);
// Only now, since loading it is a good part of the work.
const { runExplainJob } = await import('./explain-job.js');
parentPort?.postMessage(outcomeOf(() => runExplainJob(workerData)));
