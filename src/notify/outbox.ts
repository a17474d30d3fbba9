/**
 * What waits to be told over one channel. Telling never holds up anything: notices gather for a moment and go out
 * together, messages keep a distance, one that fails is tried again for about an hour, and of too many notices the oldest
 * are dropped and counted. What is undelivered when a process ends, the next one takes up.
 */
import type { Clock } from '../platform/clock.js';
import { countOf } from '../platform/count-of.js';
import { describeError } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import { MINUTE_MS } from '../platform/time.js';
import { type Message, messageOf, type Notice } from './notice.js';
import { type PendingNotices, restorePending, type SendAttempt } from './pending-notices.js';

export interface Outbox {
  add(notice: Notice): void;
  status(): OutboxStatus;
  /** What would be lost if the process ended now. */
  pending(): PendingNotices;
  /** Begins nothing more; resolves when a message under way has arrived, or soon. Does not reject. */
  close(): Promise<void>;
}

export interface OutboxStatus {
  readonly channel: string;
  /** Messages that arrived, and that were given up. */
  readonly sent: number;
  readonly failed: number;
  /** Notices that were dropped, and that wait. */
  readonly dropped: number;
  readonly waiting: number;
  readonly lastError?: string;
}

/** Keeps what is undelivered beyond the process. */
export interface PendingStore {
  /** It changed. */
  mark(): void;
  /** Rejects where it can't be kept. */
  flush(): Promise<void>;
}

export interface OutboxOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** What status and log call it. */
  readonly channel: string;
  /** The least time between two messages, in milliseconds. */
  readonly every: number;
  readonly speaker: Pick<Message, 'version' | 'host'>;
  /** Resolves when the message has arrived. */
  readonly send: (message: Message) => Promise<void>;
  readonly store: PendingStore;
  /** What the process before left. */
  readonly pending?: PendingNotices;
}

/** What happens within this is told together. */
const GATHER_MS = 1000;
const MOST_WAITING = 500;
/** From a failed attempt to the next: twice as long each time. */
const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 10 * MINUTE_MS;
const ATTEMPTS = 14;
/** A process that ends waits so long for a message under way, which else would be told twice. */
const LAST_MS = 500;

export function createOutbox(options: OutboxOptions): Outbox {
  const { clock, log, channel, every, speaker, send, store } = options;
  const before = restorePending(options.pending, clock.now(), { notices: MOST_WAITING, attempts: ATTEMPTS });
  let { sending, dropped } = before;
  let waiting = [...before.waiting];
  let [sent, failed, lost] = [0, 0, before.left];
  let lastError: string | undefined;
  let startedAt = -Infinity;
  let busy = false;
  let closed = false;
  let cancel = (): void => undefined;
  let attempting = Promise.resolve();

  function schedule(): void {
    if (busy || closed || (waiting.length === 0 && sending === undefined)) return;
    busy = true;
    const distance = Math.max(GATHER_MS, startedAt + every - clock.monotonic());
    cancel = clock.after(distance, () => {
      startedAt = clock.monotonic();
      if (sending !== undefined) return begin(sending);
      const message = { events: waiting, dropped, attempts: 0 };
      [waiting, dropped] = [[], 0];
      begin(message);
    });
  }

  function begin(message: SendAttempt): void {
    attempting = attempt({ ...message, attempts: message.attempts + 1 });
  }

  async function attempt(message: SendAttempt): Promise<void> {
    sending = message;
    // Before it is sent: one that ends this process whenever it is told must not do so for ever. Where it can't be kept,
    // people are told all the same.
    await store.flush().catch(() => undefined);
    if (closed) return;
    const { attempts, events } = message;
    try {
      await send(messageOf(events, message.dropped, speaker));
      sent++;
      if (attempts > 1)
        log.info({ event: 'notify-recovered', channel }, `${channel}: delivered after ${attempts} attempts`);
      lastError = undefined;
    } catch (error) {
      lastError = describeError(error);
      if (closed) return;
      if (attempts < ATTEMPTS) {
        if (attempts === 1) {
          log.warn(
            { event: 'notify-failed', channel, error: lastError },
            `${channel}: ${lastError}; tried again`,
          );
        }
        const pause = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1));
        cancel = clock.after(pause, () => begin(message));
        return;
      }
      failed++;
      log.error(
        { event: 'notify-given-up', channel, error: lastError, events: events.length },
        `${channel}: a message with ${countOf(events.length, 'event')} is given up: ${lastError}`,
      );
    }
    sending = undefined;
    store.mark();
    busy = false;
    schedule();
  }

  schedule();
  return {
    add(notice) {
      if (closed) return;
      waiting.push(notice);
      if (waiting.length > MOST_WAITING) {
        waiting.shift();
        dropped++;
        lost++;
      }
      store.mark();
      schedule();
    },
    status: () => ({
      channel,
      sent,
      failed,
      dropped: lost,
      waiting: waiting.length,
      ...(lastError !== undefined && { lastError }),
    }),
    pending: () => ({ ...(sending !== undefined && { sending }), waiting, dropped }),
    async close() {
      closed = true;
      cancel();
      let stop = (): void => undefined;
      const late = new Promise<void>((resolve) => {
        stop = clock.after(LAST_MS, resolve);
      });
      await Promise.race([attempting, late]);
      stop();
    },
  };
}
