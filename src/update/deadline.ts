/**
 * The two deadlines of a download. Without the idle deadline, a server that sends a byte an hour would hold the lock for
 * ever. Without the overall one, so would a server that sends a byte just before each idle deadline.
 */
import type { Clock } from '../platform/clock.js';
import { formatDuration } from '../zone/durations.js';
import { UpdateFault } from './fault.js';

export interface DeadlineLimits {
  /** The longest silence, from the request on and between two pieces of an answer. */
  readonly idleMs: number;
  /** The longest time for one attempt: metadata, redirect and download together. */
  readonly overallMs: number;
}

export interface Deadline {
  /** Aborted with an UpdateFault when a deadline passes, or with the outer signal's reason. */
  readonly signal: AbortSignal;
  /** Records that something has arrived. */
  touch(): void;
  /** Releases the timers and the outer signal. */
  end(): void;
}

/** Starts both deadlines; `end` must always be called. */
export function startDeadline(clock: Clock, limits: DeadlineLimits, outer: AbortSignal): Deadline {
  const controller = new AbortController();
  let touched = clock.monotonic();
  let cancelIdle = (): void => undefined;
  // A touch only sets a variable instead of restarting a timer, since there is one for every piece of a body.
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
