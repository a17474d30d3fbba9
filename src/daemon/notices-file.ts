/**
 * Undelivered notices by channel, in `notices.json`, for the next process to send.
 */
import * as z from 'zod';
import { NOTICE_EVENTS } from '../notify/notice.js';
import type { PendingNotices } from '../notify/pending-notices.js';
import type { StateFiles } from '../state/state-files.js';
import type { StateKind } from '../state/state-kind.js';
import type { WriteBehind } from '../state/write-behind.js';

type Entry = PendingNotices & { readonly channel: string };

const notices = z.array(
  z.strictObject({
    event: z.enum(NOTICE_EVENTS),
    at: z.string(),
    text: z.string(),
    zone: z.string().exactOptional(),
    pool: z.string().exactOptional(),
    family: z.enum(['ipv4', 'ipv6']).exactOptional(),
    mirror: z.string().exactOptional(),
    address: z.string().exactOptional(),
    cause: z.string().exactOptional(),
  }),
);
const count = z.int().nonnegative();
const first = z.object({ channels: z.record(z.string(), z.looseObject({})) });

const kind: StateKind<Entry> = {
  name: 'notices.json',
  version: 2,
  holds: 'channels',
  entry: z.strictObject({
    channel: z.string(),
    sending: z.strictObject({ events: notices, dropped: count, attempts: count }).exactOptional(),
    waiting: notices,
    dropped: count,
  }),
  first: (file) =>
    Object.entries(first.safeParse(file).data?.channels ?? {}).map(([channel, undelivered]) => ({
      channel,
      ...undelivered,
    })),
};

/** The notices that the previous process left undelivered, by channel. Never rejects. */
export async function readNotices(files: StateFiles): Promise<Map<string, PendingNotices>> {
  return new Map((await files.read(kind)).map(({ channel, ...undelivered }) => [channel, undelivered]));
}

export function keepNotices(
  files: StateFiles,
  pending: () => ReadonlyMap<string, PendingNotices>,
): WriteBehind {
  return files.keep(kind, () => Array.from(pending(), ([channel, left]) => ({ channel, ...left })));
}
