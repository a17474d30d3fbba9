/**
 * Verifies one database in a separate thread: walking all of it would block the main thread for too long.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { threadResultOf } from '../platform/run-in-worker.js';
import { verifyDatabase } from './verify.js';

const { path, edition }: { path: string; edition: string } = workerData;

parentPort?.postMessage(threadResultOf(() => verifyDatabase(path, { edition }).file.metadata));
