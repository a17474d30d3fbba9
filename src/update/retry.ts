/**
 * When to ask a server again that failed: the waits double, with jitter so that the many who failed together do not come
 * back together, and it ends after five minutes as geoipupdate's does. The decision is pure; `retrying` is the loop.
 */
import type { Clock } from '../platform/clock.js';
import type { Random } from '../platform/random.js';
import { UpdateFault } from './fault.js';
import { pause } from './pause.js';

export interface RetryPolicy {
  /** The middle of the first wait. */
  readonly firstMs: number;
  /** No wait's middle is longer. */
  readonly longestMs: number;
  /** Nothing is tried later than this after the first try began. */
  readonly windowMs: number;
}

export const RETRY_POLICY: RetryPolicy = { firstMs: 2_000, longestMs: 60_000, windowMs: 300_000 };

/** Whether a status may be another one in a moment: 5xx, 408 Request Timeout, 429 Too Many Requests. */
export function isPassingStatus(status: number): boolean {
  return status >= 500 || status === 408 || status === 429;
}

/**
 * Reads a Retry-After header (RFC 9110, 10.2.3: seconds, or an HTTP date), in milliseconds from `nowMs`. Undefined where it
 * is neither, so that nonsense means "as usual"; a date in the past means at once.
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const at = parseHttpDate(value);
  return at === undefined ? undefined : Math.max(0, at - nowMs);
}

/** An HTTP date in the one form that servers may send (IMF-fixdate, RFC 9110, 5.6.7), in milliseconds since 1970. */
export function parseHttpDate(value: string): number | undefined {
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(value)) return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : at;
}

/**
 * The wait in milliseconds before the next try, or undefined to give up. `failures` counts the tries so far (1 or more),
 * `elapsedMs` runs from the start of the first. The wait is between half and one and a half of its middle, and not
 * shorter than the server asks; one who asks for more than is left of the window is left alone until the next run.
 */
export function nextWait(
  failures: number,
  elapsedMs: number,
  fault: Pick<UpdateFault, 'kind' | 'retryAfterMs'>,
  random: Random,
  policy: RetryPolicy,
): number | undefined {
  if (fault.kind !== 'passing') return undefined;
  const middle = Math.min(policy.longestMs, policy.firstMs * 2 ** (failures - 1));
  const wait = Math.max(Math.round(middle * (0.5 + random())), fault.retryAfterMs ?? 0);
  return elapsedMs + wait > policy.windowMs ? undefined : wait;
}

export interface RetryOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly policy: RetryPolicy;
  /** Told of each wait, for the log. */
  readonly onWait: (fault: UpdateFault, waitMs: number) => void;
}

/** Runs `attempt` until it resolves, or rejects with its last fault. Errors that are no UpdateFault pass at once. */
export async function retrying<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock, random, signal, policy, onWait } = options;
  const began = clock.monotonic();
  for (let failures = 1; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof UpdateFault)) throw error;
      const wait = nextWait(failures, clock.monotonic() - began, error, random, policy);
      if (wait === undefined || signal.aborted) throw error;
      onWait(error, wait);
      await pause(clock, wait, signal);
    }
  }
}
