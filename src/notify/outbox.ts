/**
 * The queue of one channel. Notifying never delays anything else. Notices are collected for a moment and sent together;
 * messages keep a minimum distance; a failed message is retried for about an hour; if there are too many notices, the oldest
 * are dropped and counted. What is undelivered when a process ends is taken up by the next one.
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
  /** Starts nothing more; resolves when a message being sent has arrived, or soon. Does not reject. */
  close(): Promise<void>;
}

export interface OutboxStatus {
  readonly channel: string;
  /** Messages that arrived, and messages that were given up. */
  readonly sent: number;
  readonly failed: number;
  /** Notices that were dropped, and notices that wait. */
  readonly dropped: number;
  readonly waiting: number;
  readonly lastError?: string;
}

/** Keeps what is undelivered across restarts. */
export interface PendingStore {
  /** What is undelivered has changed. */
  mark(): void;
  /** Rejects if it can't be stored. */
  flush(): Promise<void>;
}

export interface OutboxOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Its name in the status and the log. */
  readonly channel: string;
  /** The minimum time between two messages, in milliseconds. */
  readonly every: number;
  readonly speaker: Pick<Message, 'version' | 'host'>;
  /** Resolves when the message has arrived. */
  readonly send: (message: Message) => Promise<void>;
  readonly store: PendingStore;
  /** What the previous process left undelivered. */
  readonly pending?: PendingNotices;
}

/** Notices within this time are sent together. */
const GATHER_MS = 1000;
const MOST_WAITING = 500;
/** From a failed attempt to the next; doubled each time. */
const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 10 * MINUTE_MS;
const ATTEMPTS = 14;
/** How long a process that ends waits for a message being sent, which would otherwise be sent twice. */
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
    // Stored before it is sent: a message that crashes this process each time must not do so for ever. If it can't be
    // stored, it is sent anyway.
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
