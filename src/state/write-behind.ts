/**
 * When a file that follows something in memory is written. Writes are coalesced: what changes while one is under way goes
 * into the next, so there are never two at once and the last one wins. What is large, and changes all the time, is written for a tenth of
 * the time at most. A write that fails is tried again until it
 * succeeds, so that a disk that was full for an hour leaves nothing stale behind.
 */
import type { Clock } from '../platform/clock.js';

export interface WriteBehind {
  /** It changed: written within `delayMs`, or later where the last write took long, with all that changes until then. */
  mark(): void;
  /** Writes what it is now. Resolves once that is durable; rejects with the error of the write that failed. */
  flush(): Promise<void>;
  /** Ends the timers; what is marked is written first. Does not reject. */
  close(): Promise<void>;
}

export interface WriteBehindOptions {
  readonly clock: Clock;
  readonly delayMs: number;
  /** How long after a failed write the next is tried. */
  readonly retryMs: number;
  /** Writes the file as it should be now, all of it or nothing. Rejects where it can't. */
  readonly write: () => Promise<void>;
}

/** After a write so many times what it took may pass before the next, at most as long as after one that failed. */
const REST = 9;

export function createWriteBehind(options: WriteBehindOptions): WriteBehind {
  const { clock, delayMs, retryMs, write } = options;
  let timer: Timer | undefined;
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let closed = false;
  /** Milliseconds that the last write took. */
  let took = 0;

  function set(ms: number): void {
    if (closed) return;
    const at = clock.monotonic() + ms;
    if (timer !== undefined && timer.at <= at) return;
    timer?.cancel();
    const cancel = clock.after(ms, () => {
      timer = undefined;
      // There is a retry.
      flush().catch(() => undefined);
    });
    timer = { at, cancel };
  }

  async function writeNow(): Promise<void> {
    timer?.cancel();
    timer = undefined;
    const begun = clock.monotonic();
    try {
      await write();
    } catch (error) {
      set(retryMs);
      throw error;
    } finally {
      took = clock.monotonic() - begun;
    }
  }

  function start(): Promise<void> {
    const write = writeNow().finally(() => {
      running = undefined;
    });
    running = write;
    return write;
  }

  function flush(): Promise<void> {
    if (next !== undefined) return next;
    if (running === undefined) return start();
    // The one under way may have looked before the change.
    next = running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return start();
      });
    return next;
  }

  return {
    mark: () => set(Math.max(delayMs, Math.min(REST * took, retryMs))),
    flush,

    async close() {
      const marked = timer !== undefined;
      timer?.cancel();
      timer = undefined;
      closed = true;
      const last = marked ? flush() : (next ?? running);
      // Whoever asked for a write has heard of a failure.
      await last?.catch(() => undefined);
    },
  };
}

interface Timer {
  /** Monotonic. */
  readonly at: number;
  readonly cancel: () => void;
}
