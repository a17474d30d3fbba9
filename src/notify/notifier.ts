/**
 * All configured notification channels.
 */
import { hostname } from 'node:os';
import type { Clock } from '../platform/clock.js';
import { describeError } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import { rfc3339 } from '../platform/time.js';
import { runCommand } from './command.js';
import { type Message, messageOf, type Notice } from './notice.js';
import { createOutbox, type OutboxStatus, type PendingStore } from './outbox.js';
import type { PendingNotices } from './pending-notices.js';
import { type LookUp, loadClient, postMessage } from './webhook.js';

export interface NotifySettings {
  readonly webhook?: string;
  /** A command and its arguments. */
  readonly exec?: readonly string[];
  /** The minimum time between two messages of a channel, in milliseconds. */
  readonly every: number;
}

export interface Notifier {
  send(notice: Notice): void;
  status(): readonly OutboxStatus[];
  /** What would be lost if the process ended now, by channel. */
  pending(): ReadonlyMap<string, PendingNotices>;
  /** Starts no more messages; resolves soon. */
  close(): Promise<void>;
}

/** The result of a test message. */
export interface TestResult {
  readonly channel: string;
  readonly ok: boolean;
  readonly reason?: string;
}

interface Channel {
  readonly channel: string;
  readonly send: (message: Message) => Promise<void>;
}

export interface NotifierOptions {
  readonly settings: NotifySettings;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: PendingStore;
  /** Resolves the webhook's host. */
  readonly lookUp: LookUp;
  /** What the previous process left undelivered, by channel. */
  readonly pending: ReadonlyMap<string, PendingNotices>;
}

export function createNotifier({ settings, version, ...rest }: NotifierOptions): Notifier {
  const { clock, log, store, lookUp } = rest;
  const speaker = { version, host: hostname() };
  // If this fails, so will each message, and says why.
  if (settings.webhook !== undefined) loadClient().catch(() => undefined);
  const outboxes = channelsOf(settings, lookUp).map(({ channel, send }) => {
    const pending = rest.pending.get(channel);
    return {
      channel,
      ...createOutbox({
        clock,
        log,
        every: settings.every,
        speaker,
        channel,
        send,
        store,
        ...(pending !== undefined && { pending }),
      }),
    };
  });
  return {
    send(notice) {
      for (const outbox of outboxes) outbox.add(notice);
    },
    status: () => outboxes.map((outbox) => outbox.status()),
    pending: () => new Map(outboxes.map(({ channel, pending }) => [channel, pending()])),
    async close() {
      await Promise.all(outboxes.map((outbox) => outbox.close()));
    },
  };
}

/** Sends one message over each channel, immediately and without retries, and reports the results. */
export async function testChannels(
  settings: NotifySettings,
  version: string,
  now: number,
  lookUp: LookUp,
): Promise<readonly TestResult[]> {
  const notice: Notice = {
    event: 'test',
    at: rfc3339(now),
    text: 'a test: nothing has happened',
  };
  const message = messageOf([notice], 0, { version, host: hostname() });
  return Promise.all(
    channelsOf(settings, lookUp).map(async ({ channel, send }): Promise<TestResult> => {
      try {
        await send(message);
        return { channel, ok: true };
      } catch (error) {
        return { channel, ok: false, reason: describeError(error) };
      }
    }),
  );
}

function channelsOf({ webhook, exec }: NotifySettings, lookUp: LookUp): readonly Channel[] {
  return [
    ...(webhook === undefined
      ? []
      : [{ channel: 'webhook', send: (message: Message) => postMessage(webhook, message, lookUp) }]),
    ...(exec === undefined
      ? []
      : [{ channel: 'exec', send: (message: Message) => runCommand(exec, message) }]),
  ];
}
