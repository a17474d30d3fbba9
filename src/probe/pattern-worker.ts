/**
 * The thread that matches patterns, one after another.
 */
import { parentPort } from 'node:worker_threads';
import { compilePattern } from '../zone/contents.js';
import type { PatternJob } from './pattern-matcher.js';

parentPort?.on('message', ({ octets, pattern }: PatternJob) => {
  parentPort?.postMessage(compilePattern(pattern)(Buffer.from(octets).toString('utf8')));
});
parentPort?.postMessage('ready');
