/**
 * Runs a piece of work in a worker thread that ends with it, for work that would keep the main thread from its probes and
 * signals. The thread's script posts one outcome; errors that an operator should see cross over with their code.
 */
import { type Transferable, Worker } from 'node:worker_threads';
import { type ErrorCode, GeopoolError } from './errors.js';

/** What the script of a thread posts. */
export type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | {
      readonly kind: 'failed';
      readonly code: ErrorCode;
      readonly message: string;
      readonly details: readonly string[];
    };

/** The outcome of `work`, for a thread's script to post. What is no GeopoolError is thrown on. */
export function outcomeOf<T>(work: () => T): Outcome<T> {
  try {
    return { kind: 'done', value: work() };
  } catch (error) {
    return outcomeOfError(error);
  }
}

/** The outcome of work that failed. What is no GeopoolError is thrown on. */
export function outcomeOfError(error: unknown): Outcome<never> {
  if (!(error instanceof GeopoolError)) throw error;
  return { kind: 'failed', code: error.code, message: error.message, details: error.details };
}

/** The value of an outcome. Throws its GeopoolError. */
export function resultOf<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'done') return outcome.value;
  throw new GeopoolError(outcome.code, outcome.message, { details: outcome.details });
}

/** Runs `script` with `data` and gives what it posts. Rejects with its GeopoolError, or when it ends without a word. */
export function runInThread<T>(script: URL, data: unknown, transfer: Transferable[] = []): Promise<T> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(script, { workerData: data, transferList: transfer });
    thread.once('message', (outcome: Outcome<T>) => {
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
