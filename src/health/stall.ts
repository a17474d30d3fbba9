/**
 * Was the mirror slow, or this process? While a process is stopped, a virtual machine is frozen or garbage collection
 * takes long, probe deadlines pass with answers unread in the kernel. A ticking timer shows this by firing late. Pure:
 * the monitor owns the timer and passes in monotonic milliseconds.
 */
import type { Outcome } from '../probe/probe.js';

export interface LoopTicks {
  /** When the next tick should come. */
  readonly due: number;
  /** The total time lost so far, in milliseconds. */
  readonly lost: number;
}

/** Time between two ticks. A pause shorter than the rest of a tick cannot be seen, so ticks are short. */
export const TICK_MS = 250;

/** A timer this late only means a busy moment. */
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
 * The ticks as seen between two ticks. After a stall, a probe's deadline may fire before the tick that would have shown
 * the stall. So this must be called before an outcome is judged.
 */
export function observe(ticks: LoopTicks, now: number): LoopTicks {
  return now - ticks.due > BUSY_MS ? tick(ticks, now) : ticks;
}

/** One probe as the monitor saw it, in milliseconds. */
export interface Attempt {
  readonly timeout: number;
  /** From its start to its outcome. */
  readonly took: number;
  /** How much of that was lost by the ticks' account. */
  readonly stalled: number;
}

/**
 * Whether to discard a failure because the process stalled, by `stallMs` or half of the probe's timeout, whichever is
 * less. An answer that did arrive, good or bad, always counts.
 */
export function stalledAcross(outcome: Outcome, attempt: Attempt, stallMs: number): boolean {
  if (outcome.ok || outcome.fault !== 'unclear') return false;
  const tolerance = Math.min(stallMs, attempt.timeout / 2);
  return attempt.stalled >= tolerance || attempt.took >= attempt.timeout + tolerance;
}
