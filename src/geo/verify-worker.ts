/**
 * Verifies one database in a thread of its own: walking all of it takes longer than the main thread may.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { outcomeOf } from '../in-thread.js';
import { verifyDatabase } from './verify.js';

const { path, edition }: { path: string; edition: string } = workerData;

parentPort?.postMessage(outcomeOf(() => verifyDatabase(path, { edition })));
