/**
 * Matches patterns in a thread of its own. The size of the body bounds the time that a match takes, but not tightly enough
 * for the main thread: 64 KiB against a pattern of hundreds of states may take two seconds. The thread is started for the
 * first pattern, and does not keep the process alive when idle.
 */
import { Worker } from 'node:worker_threads';
import type { Clock } from '../platform/clock.js';
import { describeError } from '../platform/errors.js';
import type { Pattern } from '../zone/contents.js';
import type { ProbeFailure } from './probe-error.js';

/** Whether the octets match as UTF-8, or why that is unknown. Ends when the signal aborts, and does not reject. */
export type MatchPattern = (
  octets: Uint8Array,
  pattern: Pattern,
  signal: AbortSignal,
) => Promise<boolean | ProbeFailure>;

/** What the thread is sent. It first says that it is ready, then answers each job with a boolean. */
export interface PatternJob {
  readonly octets: Uint8Array;
  readonly pattern: Pattern;
}

/** Wall time, so it must also cover a moment when this host is busy. */
const MATCH_MS = 1000;

/** The cause is the pattern together with the body, or a stall of this host. */
const TOO_SLOW: ProbeFailure = {
  error: 'the pattern takes too long to match on this body: write a simpler one',
  fault: 'unclear',
};
const NO_TURN: ProbeFailure = { error: 'no time was left here to match the body', fault: 'ours' };

interface Waiting {
  readonly job: PatternJob;
  readonly settle: (result: boolean | ProbeFailure) => void;
}

export function createPatternMatcher(
  clock: Pick<Clock, 'after'>,
  startThread = () => new Worker(new URL('../probe/pattern-worker.js', import.meta.url)),
): MatchPattern {
  const waiting = new Set<Waiting>();
  let thread: Worker | undefined;
  /** What the thread is working on, or that it is starting. */
  let current: Waiting | 'beginning' | undefined;
  let stopDeadline = (): void => undefined;

  function next(): void {
    if (current !== undefined) return;
    const [first] = waiting;
    if (first === undefined) {
      thread?.unref();
      return;
    }
    if (thread === undefined) {
      current = 'beginning';
      try {
        thread = begin();
      } catch (error) {
        // This host may have no room for another thread now.
        end(unable(error));
      }
      return;
    }
    waiting.delete(first);
    current = first;
    thread.ref();
    stopDeadline = clock.after(MATCH_MS, () => end(TOO_SLOW));
    thread.postMessage(first.job);
  }

  function begin(): Worker {
    const worker = startThread();
    worker.on('message', (result: boolean | 'ready') => {
      if (worker === thread) done(result);
    });
    worker.on('error', (error) => {
      if (worker === thread) end(unable(error));
    });
    return worker;
  }

  /** The thread has finished its current job. */
  function done(result: boolean | ProbeFailure | 'ready'): void {
    stopDeadline();
    const settled = current;
    current = undefined;
    if (typeof settled === 'object' && result !== 'ready') settled.settle(result);
    next();
  }

  /** The thread is terminated; the next pattern gets a new one. */
  function end(failure: ProbeFailure): void {
    void thread?.terminate();
    thread = undefined;
    if (current === 'beginning') [current] = waiting;
    done(failure);
  }

  return (octets, pattern, signal) =>
    new Promise((resolve) => {
      const one: Waiting = {
        job: { octets, pattern },
        settle(result) {
          waiting.delete(one);
          signal.removeEventListener('abort', giveUp);
          resolve(result);
        },
      };
      const giveUp = (): void => one.settle(NO_TURN);
      if (signal.aborted) return resolve(NO_TURN);
      signal.addEventListener('abort', giveUp, { once: true });
      waiting.add(one);
      next();
    });
}

function unable(error: unknown): ProbeFailure {
  return { error: `patterns can't be matched here: ${describeError(error)}`, fault: 'ours' };
}
