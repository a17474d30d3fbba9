/**
 * Works one explanation out in a thread of its own, for a server that has no time to read databases.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { outcomeOf } from '../in-thread.js';
import { runExplainJob } from './explain-job.js';

parentPort?.postMessage(outcomeOf(() => runExplainJob(workerData)));
