/**
 * The two deadlines of a download. Without the idle one a server that sends a byte an hour holds the lock for ever;
 * without the overall one, so does one that sends a byte just before each idle deadline.
 */
import type { Clock } from '../platform/clock.js';
import { formatDuration } from '../zone/durations.js';
import { UpdateFault } from './fault.js';

export interface DeadlineLimits {
  /** Longest silence, from the request on and between two pieces of an answer. */
  readonly idleMs: number;
  /** Longest time for one try: metadata, redirect and download together. */
  readonly overallMs: number;
}

export interface Deadline {
  /** Aborted with an UpdateFault when a deadline passes, or with the outer signal's reason. */
  readonly signal: AbortSignal;
  /** Says that something arrived. */
  touch(): void;
  /** Lets go of timers and of the outer signal. */
  end(): void;
}

/** Starts both deadlines now; call `end` in any case. */
export function startDeadline(clock: Clock, limits: DeadlineLimits, outer: AbortSignal): Deadline {
  const controller = new AbortController();
  let touched = clock.monotonic();
  let cancelIdle = (): void => undefined;
  // A touch is an assignment and not a new timer, since it comes with every piece of a body.
  const watchIdle = (ms: number): void => {
    cancelIdle = clock.after(ms, () => {
      const left = touched + limits.idleMs - clock.monotonic();
      if (left > 0) watchIdle(left);
      else controller.abort(new UpdateFault('passing', `nothing came for ${formatDuration(limits.idleMs)}`));
    });
  };
  watchIdle(limits.idleMs);
  const cancelOverall = clock.after(limits.overallMs, () => {
    controller.abort(new UpdateFault('passing', `it was not done after ${formatDuration(limits.overallMs)}`));
  });
  const onAbort = (): void => controller.abort(outer.reason);
  if (outer.aborted) onAbort();
  else outer.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    touch() {
      touched = clock.monotonic();
    },
    end() {
      cancelIdle();
      cancelOverall();
      outer.removeEventListener('abort', onAbort);
    },
  };
}
