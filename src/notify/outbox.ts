/**
 * What waits to be told over one channel. Telling never holds up anything: notices gather for a moment and go out
 * together, messages keep a distance, one that fails is tried again for about an hour, and of too many notices the oldest
 * are dropped and counted.
 */
import type { Clock } from '../clock.js';
import { describeError } from '../errors.js';
import type { Log } from '../log.js';
import { type Message, messageOf, type Notice } from './notice.js';

export interface Outbox {
  add(notice: Notice): void;
  status(): OutboxStatus;
  /** Tells nothing more. */
  close(): void;
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
}

/** What happens within this is told together. */
const GATHER_MS = 1000;
const MOST_WAITING = 500;
/** From a failed attempt to the next: twice as long each time. */
const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 10 * 60_000;
const ATTEMPTS = 14;

export function createOutbox({ clock, log, channel, every, speaker, send }: OutboxOptions): Outbox {
  let waiting: Notice[] = [];
  let unsaid = 0;
  let [sent, failed, dropped] = [0, 0, 0];
  let lastError: string | undefined;
  let startedAt = -Infinity;
  let busy = false;
  let closed = false;
  let cancel = (): void => undefined;

  function schedule(): void {
    if (busy || closed || waiting.length === 0) return;
    busy = true;
    const distance = Math.max(GATHER_MS, startedAt + every - clock.monotonic());
    cancel = clock.after(distance, () => {
      startedAt = clock.monotonic();
      const message = messageOf(waiting, unsaid, speaker);
      [waiting, unsaid] = [[], 0];
      void attempt(message, 1);
    });
  }

  async function attempt(message: Message, number: number): Promise<void> {
    try {
      await send(message);
      sent++;
      if (number > 1)
        log.info({ event: 'notify-recovered', channel }, `${channel}: told after ${number} attempts`);
      lastError = undefined;
    } catch (error) {
      lastError = describeError(error);
      if (closed) return;
      if (number < ATTEMPTS) {
        if (number === 1) {
          log.warn(
            { event: 'notify-failed', channel, error: lastError },
            `${channel}: ${lastError}; tried again`,
          );
        }
        const pause = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (number - 1));
        cancel = clock.after(pause, () => void attempt(message, number + 1));
        return;
      }
      failed++;
      log.error(
        { event: 'notify-given-up', channel, error: lastError, events: message.events.length },
        `${channel}: a message with ${message.events.length} events is given up: ${lastError}`,
      );
    }
    busy = false;
    schedule();
  }

  return {
    add(notice) {
      if (closed) return;
      waiting.push(notice);
      if (waiting.length > MOST_WAITING) {
        waiting.shift();
        unsaid++;
        dropped++;
      }
      schedule();
    },
    status: () => ({
      channel,
      sent,
      failed,
      dropped,
      waiting: waiting.length,
      ...(lastError !== undefined && { lastError }),
    }),
    close() {
      closed = true;
      cancel();
    },
  };
}
