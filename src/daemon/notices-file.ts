/**
 * The text of `notices.json`: what was not told yet, over which channel, for the next process to tell.
 */
import { z } from 'zod';
import type { Log } from '../log.js';
import { NOTICE_EVENTS } from '../notify/notice.js';
import type { Untold } from '../notify/untold.js';
import { readKept } from '../state/kept-file.js';

export const NOTICES_FILE = 'notices.json';
const VERSION = 1;

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

const schema = z.strictObject({
  version: z.literal(VERSION),
  channels: z.record(
    z.string(),
    z.strictObject({
      trying: z.strictObject({ events: notices, dropped: count, attempts: count }).exactOptional(),
      waiting: notices,
      unsaid: count,
    }),
  ),
});

/** By channel. */
export function formatNotices(untold: ReadonlyMap<string, Untold>): string {
  return `${JSON.stringify({ version: VERSION, channels: Object.fromEntries(untold) })}\n`;
}

/** Throws where the text is not such a file. */
export function parseNotices(text: string): Map<string, Untold> {
  return new Map(Object.entries(schema.parse(JSON.parse(text)).channels));
}

/** What the process before left untold; nothing where that can't be read, which is said. Never rejects. */
export async function readNotices(directory: string, log: Log): Promise<Map<string, Untold>> {
  return (await readKept(directory, NOTICES_FILE, parseNotices, log)) ?? new Map();
}
