/**
 * Whether a worker still does its work. It is asked again and again, in shared memory, and answers from the loop in which it
 * answers clients, between two of them; a question by the network could come to any of the threads that share a port. Who
 * stands still, spins or was not replaced does not answer.
 */
import type { Clock } from '../clock.js';

/** Two words: the number of the last question, and that of the last one answered. */
export type Pulse = Int32Array;

const ASKED = 0;
const ANSWERED = 1;

/** Milliseconds from one question to the next. */
const ASK_EVERY = 1000;
/** Milliseconds that an answer may take: a busy host gives a thread the core late. */
const ANSWER_WITHIN = 5000;

export function newPulse(): Pulse {
  return new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
}

/** The worker's part. */
export function answerPulse(pulse: Pulse): void {
  Atomics.store(pulse, ANSWERED, Atomics.load(pulse, ASKED));
}

export interface Pulses {
  /** How many workers have not answered in time. */
  silent(): number;
  stop(): void;
}

export interface Patient {
  readonly pulse: Pulse;
  /** Tells a worker that does not look by itself that it was asked. */
  readonly ask: () => void;
}

/** Asks these workers from now on. */
export function takePulses(workers: readonly Patient[], clock: Clock): Pulses {
  /** When the question was asked that each has yet to answer. */
  const since = new Map<Patient, number>();
  let cancel = look();
  function look(): () => void {
    for (const worker of workers) {
      if (!pending(worker.pulse)) {
        Atomics.add(worker.pulse, ASKED, 1);
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
          pending(worker.pulse) && clock.monotonic() - (since.get(worker) ?? Infinity) > ANSWER_WITHIN,
      ).length,
    stop: () => cancel(),
  };
}

function pending(pulse: Pulse): boolean {
  return Atomics.load(pulse, ANSWERED) !== Atomics.load(pulse, ASKED);
}
