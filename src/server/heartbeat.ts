/**
 * Whether a worker still does its work. It is asked again and again in shared memory, and answers from the loop in which it
 * answers clients, between two of them. A query sent over the network instead could reach any of the threads that share a
 * port. A worker that hangs, spins or was not replaced does not answer.
 */
import type { Clock } from '../platform/clock.js';

/** Two words: the number of the last heartbeat asked for, and of the last one answered. */
export type Heartbeat = Int32Array;

const ASKED = 0;
const ANSWERED = 1;

/** Milliseconds from one heartbeat to the next. */
const ASK_EVERY = 1000;
/** Milliseconds that an answer may take: on a busy host a thread gets the core late. */
export const ANSWER_WITHIN = 5000;
/**
 * The same for a low-priority thread: if it is slow because others keep the cores busy, that is no reason to restart the
 * server.
 */
export const ANSWER_WITHIN_STANDING_BACK = 60_000;

export function newHeartbeat(): Heartbeat {
  return new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
}

/** Called by the worker. */
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
  /** Tells the worker that it was asked, if it does not look on its own. */
  readonly ask: () => void;
}

/** Asks these workers for heartbeats from now on. */
export function watchHeartbeats(workers: readonly WatchedWorker[], clock: Clock): Heartbeats {
  /** When the heartbeat that each worker has yet to answer was asked for. */
  const since = new Map<WatchedWorker, number>();
  let cancel = look();
  function look(): () => void {
    for (const worker of workers) {
      if (!pending(worker.heartbeat)) {
        Atomics.add(worker.heartbeat, ASKED, 1);
        since.set(worker, clock.monotonic());
      } else if (!since.has(worker)) {
        // It owes an answer to whoever watched it before.
        since.set(worker, clock.monotonic());
      }
      // Told again while it is silent: a new thread may have taken its place.
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
