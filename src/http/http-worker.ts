/**
 * The thread that answers over HTTP. Requests cost this thread's time; the main thread only has to supply the report that
 * an answer is made from.
 */
import { hostname } from 'node:os';
import { MessageChannel, type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../platform/clock.js';
import { resultOf, type ThreadResult } from '../platform/run-in-worker.js';
import { VERSION } from '../platform/version.js';
import { answerBy } from './answering.js';
import { listenForHttp, listenOn } from './listening.js';
import type { FromHttp, HttpStart, Question, Source, ToHttp } from './messages.js';
import { createMetrics } from './metrics.js';
import { makeRoutes } from './site.js';

const port = parentPort;
if (port === null) throw new Error('http-worker.js is started as a worker thread');
const { listen, hosts }: HttpStart = workerData;
const say = (message: FromHttp, transfer: MessagePort[] = []): void => port.postMessage(message, transfer);

function ask<T>(question: (reply: MessagePort) => Question): Promise<T> {
  return new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    port1.once('message', (outcome: ThreadResult<T>) => {
      port1.close();
      try {
        resolve(resultOf(outcome));
      } catch (error) {
        reject(error);
      }
    });
    // The main thread has logged the reason.
    port1.once('close', () => reject(new Error('the main thread gave no answer')));
    say(question(port2), [port2]);
  });
}

const source: Source = {
  status: async () => JSON.parse(await ask<string>((reply) => ({ kind: 'status', reply }))),
  history: (zone) => ask((reply) => ({ kind: 'history', zone, reply })),
  pool: (zone, owner) => ask((reply) => ({ kind: 'pool', zone, owner, reply })),
  explain: (request) => ask((reply) => ({ kind: 'explain', request, reply })),
};
const metrics = createMetrics();
const site = answerBy({
  ...makeRoutes({
    source,
    metrics,
    host: hostname(),
    version: VERSION,
    now: systemClock.now,
    monotonic: systemClock.monotonic,
  }),
  hosts,
  onFault: (error) => say({ kind: 'fault', error }),
});
listenForHttp(listen, site, {
  onListening: (endpoint) => say({ kind: 'listening', endpoint }),
  onUnavailable: (endpoint, code) => say({ kind: 'unavailable', endpoint, code }),
  clock: systemClock,
});
port.on('message', (message: ToHttp) => {
  if (message.kind === 'delay') metrics.delayed(message.seconds);
  else void listenOn(message.descriptor, site).then(() => say({ ...message, kind: 'answering' }));
});
