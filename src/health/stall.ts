/**
 * Was it the mirror that was slow, or was it this process? A stopped process, a frozen virtual machine or a long
 * collection of garbage lets probe deadlines pass while answers lie unread in the kernel; a timer that beats shows it, by
 * firing late. Pure: the monitor owns the timer and hands in monotonic milliseconds.
 */
import type { Outcome } from './probe.js';

export interface Pulse {
  /** When the next beat should come. */
  readonly due: number;
  /** All the time that went missing so far, in milliseconds. */
  readonly lost: number;
}

/** Between two beats. A pause shorter than what is left of a beat can't be seen, so beats are short. */
export const BEAT_MS = 250;

/** A timer this late is only a busy moment. */
const BUSY_MS = 100;

export function firstPulse(now: number): Pulse {
  return { due: now + BEAT_MS, lost: 0 };
}

/** The pulse after a beat at `now`. */
export function beat(pulse: Pulse, now: number): Pulse {
  const late = now - pulse.due;
  return { due: now + BEAT_MS, lost: late > BUSY_MS ? pulse.lost + late : pulse.lost };
}

/**
 * The pulse as seen between beats. After a stall, a probe's deadline may fire before the beat that would have told of
 * the stall, so whoever judges an outcome looks first.
 */
export function look(pulse: Pulse, now: number): Pulse {
  return now - pulse.due > BUSY_MS ? beat(pulse, now) : pulse;
}

/** One probe as the monitor saw it, all in milliseconds. */
export interface Attempt {
  readonly timeout: number;
  /** From its start to its outcome. */
  readonly took: number;
  /** What of that the pulse missed. */
  readonly lost: number;
}

/**
 * Whether a failure has to be thrown away because the process stalled: by `stallMs` or by half of the probe's timeout,
 * whichever is less. An answer that did come, good or bad, is an answer.
 */
export function stalledAcross(outcome: Outcome, attempt: Attempt, stallMs: number): boolean {
  if (outcome.ok || outcome.fault !== 'unclear') return false;
  const tolerance = Math.min(stallMs, attempt.timeout / 2);
  return attempt.lost >= tolerance || attempt.took >= attempt.timeout + tolerance;
}
