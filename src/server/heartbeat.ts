/**
 * Whether a worker still does its work. It is asked again and again, in shared memory, and answers from the loop in which it
 * answers clients, between two of them; a question by the network could come to any of the threads that share a port. Who
 * stands still, spins or was not replaced does not answer.
 */
import type { Clock } from '../platform/clock.js';

/** Two words: the number of the last question, and that of the last one answered. */
export type Heartbeat = Int32Array;

const ASKED = 0;
const ANSWERED = 1;

/** Milliseconds from one question to the next. */
const ASK_EVERY = 1000;
/** Milliseconds that an answer may take: a busy host gives a thread the core late. */
export const ANSWER_WITHIN = 5000;
/** The same for a thread that stands back: what others ask of it at such a time is no reason to start the server anew. */
export const ANSWER_WITHIN_STANDING_BACK = 60_000;

export function newHeartbeat(): Heartbeat {
  return new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
}

/** The worker's part. */
export function answerHeartbeat(heartbeat: Heartbeat): void {
  Atomics.store(heartbeat, ANSWERED, Atomics.load(heartbeat, ASKED));
}

export interface Heartbeats {
  /** How many workers have not answered in time. */
  silent(): number;
  stop(): void;
}

export interface WatchedWorker {
  readonly heartbeat: Heartbeat;
  /** Milliseconds that an answer may take. */
  readonly patience: number;
  /** Tells a worker that does not look by itself that it was asked. */
  readonly ask: () => void;
}

/** Asks these workers from now on. */
export function watchHeartbeats(workers: readonly WatchedWorker[], clock: Clock): Heartbeats {
  /** When the question was asked that each has yet to answer. */
  const since = new Map<WatchedWorker, number>();
  let cancel = look();
  function look(): () => void {
    for (const worker of workers) {
      if (!pending(worker.heartbeat)) {
        Atomics.add(worker.heartbeat, ASKED, 1);
        since.set(worker, clock.monotonic());
      }
      // Told again while it is silent: it may be another thread in its place.
      worker.ask();
    }
    return clock.after(ASK_EVERY, () => {
      cancel = look();
    });
  }
  return {
    silent: () =>
      workers.filter(
        (worker) =>
          pending(worker.heartbeat) && clock.monotonic() - (since.get(worker) ?? Infinity) > worker.patience,
      ).length,
    stop: () => cancel(),
  };
}

function pending(heartbeat: Heartbeat): boolean {
  return Atomics.load(heartbeat, ANSWERED) !== Atomics.load(heartbeat, ASKED);
}
