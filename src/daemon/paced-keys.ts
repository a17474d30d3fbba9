/**
 * Keys of addresses whose TTLs may have changed, passed on together. TTLs follow the probes, and failures come in bursts.
 */
import type { Clock } from '../platform/clock.js';

/** TTLs follow the probes within this time. */
const PACE_MS = 500;

export interface PacedKeys {
  add(keys: Iterable<string>): void;
  /** Passes on no more. */
  stop(): void;
}

/** `pass` is called at most once every PACE_MS, with each key once. */
export function createPacedKeys(
  { after }: Pick<Clock, 'after'>,
  pass: (keys: readonly string[]) => void,
): PacedKeys {
  const waiting = new Set<string>();
  let cancel: (() => void) | undefined;
  return {
    add(keys) {
      for (const key of keys) waiting.add(key);
      cancel ??= after(PACE_MS, () => {
        cancel = undefined;
        pass([...waiting]);
        waiting.clear();
      });
    },
    stop: () => cancel?.(),
  };
}
