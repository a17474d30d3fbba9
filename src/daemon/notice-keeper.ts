/**
 * Sends notices to the channels of the current settings. Undelivered notices outlive the process and a change of the
 * settings: one notifier takes over from another, and what happens meanwhile is sent by the next.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Notice } from '../notify/notice.js';
import { createNotifier, type Notifier, type NotifySettings } from '../notify/notifier.js';
import type { OutboxStatus } from '../notify/outbox.js';
import type { Clock } from '../platform/clock.js';
import type { Log } from '../platform/log.js';
import { VERSION } from '../platform/version.js';
import { lookUpBy, type Resolve } from '../probe/resolve.js';
import type { StateFiles } from '../state/state-files.js';
import { keepNotices, readNotices } from './notices-file.js';

export interface NoticeKeeper {
  send(notice: Notice): void;
  status(): readonly OutboxStatus[];
  /** The channels. */
  settings(): NotifySettings;
  /** Uses these channels from now on. */
  follow(next: NotifySettings): Promise<void>;
  /** Begins no further message, and writes what was not sent. */
  close(): Promise<void>;
}

export interface NoticeKeeperOptions {
  readonly files: StateFiles;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: NotifySettings;
  /** For the webhook's host. */
  readonly resolve: Resolve;
}

export async function keepNotifier(options: NoticeKeeperOptions): Promise<NoticeKeeper> {
  const { files, clock, log } = options;
  const store = keepNotices(files, () => notifier.pending());
  const open = (settings: NotifySettings, pending: ReturnType<Notifier['pending']>): Notifier =>
    createNotifier({
      ...{ settings, version: VERSION, clock, log, store, pending },
      lookUp: lookUpBy(options.resolve),
    });
  let { settings } = options;
  let notifier = open(settings, await readNotices(files));
  /** What happens while one notifier takes over from another. */
  let meanwhile: Notice[] | undefined;
  let following = Promise.resolve();
  let closed = false;

  async function replace(next: NotifySettings): Promise<void> {
    const held: Notice[] = [];
    meanwhile = held;
    await notifier.close();
    settings = next;
    notifier = open(next, notifier.pending());
    meanwhile = undefined;
    for (const notice of held) notifier.send(notice);
    store.mark();
  }

  return {
    send(notice) {
      if (meanwhile === undefined) notifier.send(notice);
      else meanwhile.push(notice);
    },
    status: () => notifier.status(),
    settings: () => settings,
    async follow(next) {
      if (closed || isDeepStrictEqual(settings, next)) return;
      following = replace(next);
      await following;
    },
    async close() {
      closed = true;
      // A reload under way may be about to open another notifier, which would go on after this.
      await following;
      await notifier.close();
      await store.close();
    },
  };
}
