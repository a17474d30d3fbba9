/**
 * The main thread's side of the thread that answers over HTTP: it answers that thread's questions, and reports to it how
 * late the event loop runs.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type MessagePort, Worker } from 'node:worker_threads';
import type { FromHttp, HttpStart, Question, ToHttp } from '../http/messages.js';
import type { Clock } from '../platform/clock.js';
import { describeError } from '../platform/errors.js';
import { LITTLE_ROOM } from '../platform/heap-room.js';
import { threadResultOfError } from '../platform/run-in-worker.js';
import type { Endpoint } from '../server/endpoint.js';

const WORKER = new URL('../http/http-worker.js', import.meta.url);
const SECOND_MS = 1000;
/** Milliseconds between measurements of how late the event loop runs. */
const RESOLUTION_MS = 10;

export interface HttpThreadParts {
  /** Answers a question of the thread. */
  readonly answer: (question: Question) => Promise<unknown>;
  readonly onListening: (endpoint: Endpoint) => void;
  readonly onUnavailable: (endpoint: Endpoint, code: string) => void;
  readonly onFault: (error: string) => void;
  /** The thread ended without being stopped. */
  readonly onEnd: () => void;
  readonly clock: Clock;
}

export interface HttpThread {
  /** Makes it listen on a descriptor, which it must close. Resolves when it listens; rejects if it ends before. */
  answerOn(descriptor: number): Promise<void>;
  stop(): Promise<void>;
}

export function startHttpThread(settings: HttpStart, parts: HttpThreadParts): HttpThread {
  const { answer, onListening, onUnavailable, onFault, onEnd, clock } = parts;
  const awaited = new Map<number, PromiseWithResolvers>();
  const worker = new Worker(WORKER, { workerData: settings, resourceLimits: LITTLE_ROOM });
  const tell = (message: ToHttp): void => worker.postMessage(message);
  let stopped = false;

  worker.on('message', (message: FromHttp) => {
    switch (message.kind) {
      case 'listening':
        onListening(message.endpoint);
        break;
      case 'unavailable':
        onUnavailable(message.endpoint, message.code);
        break;
      case 'answering':
        awaited.get(message.descriptor)?.resolve();
        awaited.delete(message.descriptor);
        break;
      case 'fault':
        onFault(message.error);
        break;
      default:
        reply(message, message.reply);
    }
  });
  worker.on('error', (error) => onFault(describeError(error)));
  worker.once('exit', () => {
    endWatching();
    for (const { reject } of awaited.values()) reject();
    if (!stopped) onEnd();
  });

  function reply(question: Question, port: MessagePort): void {
    answer(question)
      .then((value) => ({ kind: 'done' as const, value }), threadResultOfError)
      .then((outcome) => port.postMessage(outcome))
      .catch((error: unknown) => onFault(describeError(error)))
      .finally(() => port.close());
  }

  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let cancel = clock.after(SECOND_MS, tellDelay);
  function tellDelay(): void {
    tell({ kind: 'delay', seconds: Math.max(0, delay.max / 1e9 - RESOLUTION_MS / 1000) });
    delay.reset();
    cancel = clock.after(SECOND_MS, tellDelay);
  }
  function endWatching(): void {
    cancel();
    delay.disable();
  }

  return {
    answerOn(descriptor) {
      return new Promise<void>((resolve, reject) => {
        awaited.set(descriptor, { resolve, reject });
        tell({ kind: 'answer', descriptor });
      });
    },
    async stop() {
      stopped = true;
      await worker.terminate();
    },
  };
}

interface PromiseWithResolvers {
  readonly resolve: () => void;
  readonly reject: () => void;
}
