/**
 * Was it the mirror that was slow, or was it this process? A stopped process, a frozen virtual machine or a long
 * collection of garbage lets probe deadlines pass while answers lie unread in the kernel; a timer that ticks shows it, by
 * firing late. Pure: the monitor owns the timer and hands in monotonic milliseconds.
 */
import type { Outcome } from '../probe/probe.js';

export interface LoopTicks {
  /** When the next tick should come. */
  readonly due: number;
  /** All the time that went missing so far, in milliseconds. */
  readonly lost: number;
}

/** Between two ticks. A pause shorter than what is left of a tick can't be seen, so ticks are short. */
export const TICK_MS = 250;

/** A timer this late is only a busy moment. */
const BUSY_MS = 100;

export function firstTick(now: number): LoopTicks {
  return { due: now + TICK_MS, lost: 0 };
}

/** The ticks after one at `now`. */
export function tick(ticks: LoopTicks, now: number): LoopTicks {
  const late = now - ticks.due;
  return { due: now + TICK_MS, lost: late > BUSY_MS ? ticks.lost + late : ticks.lost };
}

/**
 * The ticks as seen between two. After a stall, a probe's deadline may fire before the tick that would have told of
 * the stall, so whoever judges an outcome looks first.
 */
export function observe(ticks: LoopTicks, now: number): LoopTicks {
  return now - ticks.due > BUSY_MS ? tick(ticks, now) : ticks;
}

/** One probe as the monitor saw it, all in milliseconds. */
export interface Attempt {
  readonly timeout: number;
  /** From its start to its outcome. */
  readonly took: number;
  /** What of that the ticks missed. */
  readonly stalled: number;
}

/**
 * Whether a failure has to be thrown away because the process stalled: by `stallMs` or by half of the probe's timeout,
 * whichever is less. An answer that did come, good or bad, is an answer.
 */
export function stalledAcross(outcome: Outcome, attempt: Attempt, stallMs: number): boolean {
  if (outcome.ok || outcome.fault !== 'unclear') return false;
  const tolerance = Math.min(stallMs, attempt.timeout / 2);
  return attempt.stalled >= tolerance || attempt.took >= attempt.timeout + tolerance;
}
