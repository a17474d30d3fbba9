/**
 * Runs a piece of work in a worker thread that ends with it, for work that would keep the main thread from its probes and
 * signals. The thread's script posts one outcome; errors that an operator should see are passed on with their code.
 *
 * A thread may be started ahead of its work, so that it loads its modules while other threads load theirs.
 */
import { type Transferable, Worker } from 'node:worker_threads';
import { type ErrorCode, GeopoolError } from './errors.js';

/** What a thread's script posts. */
export type ThreadResult<T> =
  | { readonly kind: 'done'; readonly value: T }
  | {
      readonly kind: 'failed';
      readonly code: ErrorCode;
      readonly message: string;
      readonly details: readonly string[];
    };

/** The outcome of `work`, for a thread's script to post. An error that is no GeopoolError is thrown on. */
export function threadResultOf<T>(work: () => T): ThreadResult<T> {
  try {
    return { kind: 'done', value: work() };
  } catch (error) {
    return threadResultOfError(error);
  }
}

/** The outcome of work that failed. An error that is no GeopoolError is thrown on. */
export function threadResultOfError(error: unknown): ThreadResult<never> {
  if (!(error instanceof GeopoolError)) throw error;
  return { kind: 'failed', code: error.code, message: error.message, details: error.details };
}

/** The value of an outcome. Throws its GeopoolError. */
export function resultOf<T>(outcome: ThreadResult<T>): T {
  if (outcome.kind === 'done') return outcome.value;
  throw new GeopoolError(outcome.code, outcome.message, { details: outcome.details });
}

/** Runs `script` with `data`. Resolves to what it posts. Rejects with its error, or if it ends without posting anything. */
export function runInWorker<T>(script: URL, data: unknown, transfer: Transferable[] = []): Promise<T> {
  return outcomeOf(new Worker(script, { workerData: data, transferList: transfer }));
}

/** A thread that is waiting for its work. */
export interface WaitingThread<T> {
  /** Sends it the work as a message. Resolves to what it posts, as `runInWorker` does. */
  run(work: unknown): Promise<T>;
  /** Ends it, unless it was given work. */
  stop(): Promise<void>;
}

/** Starts a thread with `data`. It keeps the process alive only once it has work. */
export function startWaiting<T>(script: URL, data: unknown): WaitingThread<T> {
  const thread = new Worker(script, { workerData: data });
  const outcome = outcomeOf<T>(thread);
  // The thread may fail before `run` is called.
  outcome.catch(() => undefined);
  thread.unref();
  let waits = true;
  return {
    run(work) {
      waits = false;
      thread.ref();
      thread.postMessage(work);
      return outcome;
    },
    async stop() {
      if (waits) await thread.terminate();
    },
  };
}

function outcomeOf<T>(thread: Worker): Promise<T> {
  return new Promise((resolve, reject) => {
    thread.once('message', (outcome: ThreadResult<T>) => {
      try {
        resolve(resultOf(outcome));
      } catch (error) {
        reject(error);
      }
    });
    thread.once('error', reject);
    thread.once('exit', () => reject(new Error('a worker thread ended without a result')));
  });
}
