/**
 * When to retry after a failure. The waits double, with jitter so that many clients that failed together do not return
 * together, and retries end after five minutes, as in geoipupdate. The decision is pure; `retrying` is the loop.
 */
import type { Clock } from '../platform/clock.js';
import type { Random } from '../platform/random.js';
import { UpdateFault } from './fault.js';
import { pause } from './pause.js';

export interface RetryPolicy {
  /** The midpoint of the first wait. */
  readonly firstMs: number;
  /** The longest midpoint of a wait. */
  readonly longestMs: number;
  /** No attempt begins later than this after the start of the first. */
  readonly windowMs: number;
}

export const RETRY_POLICY: RetryPolicy = { firstMs: 2_000, longestMs: 60_000, windowMs: 300_000 };

/** Whether a status may be temporary: 5xx, 408 Request Timeout, 429 Too Many Requests. */
export function isPassingStatus(status: number): boolean {
  return status >= 500 || status === 408 || status === 429;
}

/**
 * Reads a Retry-After header (RFC 9110, 10.2.3: seconds, or an HTTP date), in milliseconds from `nowMs`. Undefined if it is
 * neither, so that an invalid value means "as usual"; a date in the past means at once.
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const at = parseHttpDate(value);
  return at === undefined ? undefined : Math.max(0, at - nowMs);
}

/** Parses an HTTP date in the only form that servers may send (IMF-fixdate, RFC 9110, 5.6.7), to milliseconds since 1970. */
export function parseHttpDate(value: string): number | undefined {
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(value)) return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : at;
}

/**
 * The wait in milliseconds before the next attempt, or undefined to give up. `failures` counts the attempts so far (1 or
 * more); `elapsedMs` runs from the start of the first. The wait is 0.5 to 1.5 times its midpoint, and not shorter than the
 * server asks. If that is more than is left of the window, the server is not asked again until the next run.
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
  /** Called before each wait, for the log. */
  readonly onWait: (fault: UpdateFault, waitMs: number) => void;
}

/** Runs `attempt` until it resolves; rejects with its last fault. Errors other than UpdateFault are not retried. */
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
