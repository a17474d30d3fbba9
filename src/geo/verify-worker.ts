/**
 * Verifies one database in a thread of its own: walking all of it takes longer than the main thread may.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { threadResultOf } from '../platform/run-in-worker.js';
import { verifyDatabase } from './verify.js';

const { path, edition }: { path: string; edition: string } = workerData;

parentPort?.postMessage(threadResultOf(() => verifyDatabase(path, { edition }).file.metadata));
