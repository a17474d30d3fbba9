/**
 * When a file that follows something in memory is written. Writes are coalesced: what changes while one is under way goes
 * into the next, so there are never two at once and the last one wins. A large file that changes all the time is being
 * written for a tenth of the time at most. A write that fails is tried again until it succeeds, so a disk that was full for
 * an hour leaves no stale file behind.
 */
import type { Clock } from '../platform/clock.js';

export interface WriteBehind {
  /** Notes a change. It is written within `delayMs`, or later if the last write took long, with all changes until then. */
  mark(): void;
  /** Writes the present state. Resolves once that is durable; rejects with the error of the write that failed. */
  flush(): Promise<void>;
  /** Ends the timers. Writes first what is marked. Does not reject. */
  close(): Promise<void>;
}

export interface WriteBehindOptions {
  readonly clock: Clock;
  readonly delayMs: number;
  /** How long after a failed write the next is tried. */
  readonly retryMs: number;
  /** Writes the file as it should be now, all of it or nothing. Rejects if it can't. */
  readonly write: () => Promise<void>;
}

/** The pause after a write, in multiples of its duration; at most the pause after a failed write. */
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
      // A failed write is tried again.
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
    // The write under way may have read its data before the change.
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
      // Callers of `flush` get the error themselves.
      await last?.catch(() => undefined);
    },
  };
}

interface Timer {
  /** Monotonic time. */
  readonly at: number;
  readonly cancel: () => void;
}
