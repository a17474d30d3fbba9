/**
 * Waits on the injected clock, until a signal at the latest: a stop must not wait for a retry or a random delay.
 */
import type { Clock } from '../platform/clock.js';

/** Resolves after `ms` milliseconds; rejects with the signal's reason if it is aborted first. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      cancel();
      reject(signal.reason);
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
