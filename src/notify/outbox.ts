/**
 * What waits to be told over one channel. Telling never holds up anything: notices gather for a moment and go out
 * together, messages keep a distance, one that fails is tried again for about an hour, and of too many notices the oldest
 * are dropped and counted. What is untold when a process ends, the next one takes up.
 */
import type { Clock } from '../clock.js';
import { countOf } from '../count-of.js';
import { describeError } from '../errors.js';
import type { Log } from '../log.js';
import { MINUTE_MS } from '../time.js';
import { type Message, messageOf, type Notice } from './notice.js';
import { type Trying, taken, type Untold } from './untold.js';

export interface Outbox {
  add(notice: Notice): void;
  status(): OutboxStatus;
  /** What would be lost if the process ended now. */
  untold(): Untold;
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

/** Keeps what is untold beyond the process. */
export interface Keeping {
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
  readonly keeping: Keeping;
  /** What the process before left. */
  readonly untold?: Untold;
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
  const { clock, log, channel, every, speaker, send, keeping } = options;
  const before = taken(options.untold, clock.now(), { notices: MOST_WAITING, attempts: ATTEMPTS });
  let { trying } = before;
  let waiting = [...before.waiting];
  let unsaid = before.unsaid;
  let [sent, failed, dropped] = [0, 0, before.dropped];
  let lastError: string | undefined;
  let startedAt = -Infinity;
  let busy = false;
  let closed = false;
  let cancel = (): void => undefined;
  let sending = Promise.resolve();

  function schedule(): void {
    if (busy || closed || (waiting.length === 0 && trying === undefined)) return;
    busy = true;
    const distance = Math.max(GATHER_MS, startedAt + every - clock.monotonic());
    cancel = clock.after(distance, () => {
      startedAt = clock.monotonic();
      if (trying !== undefined) return begin(trying);
      const message = { events: waiting, dropped: unsaid, attempts: 0 };
      [waiting, unsaid] = [[], 0];
      begin(message);
    });
  }

  function begin(message: Trying): void {
    sending = attempt({ ...message, attempts: message.attempts + 1 });
  }

  async function attempt(message: Trying): Promise<void> {
    trying = message;
    // Before it is sent: one that ends this process whenever it is told must not do so for ever. Where it can't be kept,
    // people are told all the same.
    await keeping.flush().catch(() => undefined);
    if (closed) return;
    const { attempts, events } = message;
    try {
      await send(messageOf(events, message.dropped, speaker));
      sent++;
      if (attempts > 1)
        log.info({ event: 'notify-recovered', channel }, `${channel}: told after ${attempts} attempts`);
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
    trying = undefined;
    keeping.mark();
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
        unsaid++;
        dropped++;
      }
      keeping.mark();
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
    untold: () => ({ ...(trying !== undefined && { trying }), waiting, unsaid }),
    async close() {
      closed = true;
      cancel();
      let stop = (): void => undefined;
      const late = new Promise<void>((resolve) => {
        stop = clock.after(LAST_MS, resolve);
      });
      await Promise.race([sending, late]);
      stop();
    },
  };
}
