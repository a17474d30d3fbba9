/**
 * The keys of geopool.yaml for notifications: a webhook, a command, and how often.
 */
import * as z from 'zod';
import { DAY_MS, MINUTE_MS } from '../platform/time.js';
import type { FaultList } from './faults.js';
import { duration, meaningful } from './fields.js';
import type { TextFault } from './text-fault.js';

export interface NotifyConfig {
  readonly webhook?: string;
  /** A command and its arguments; at least one. */
  readonly exec?: readonly string[];
  /** The minimum time between two messages of a channel, in milliseconds. */
  readonly every: number;
}

const EVERY = MINUTE_MS;
const LONGEST_EVERY = DAY_MS;

export const notifySchema = z
  .strictObject({
    webhook: meaningful(readWebhook).optional(),
    exec: z.array(z.string().min(1, { error: 'an argument is empty' })).optional(),
    every: duration('every', 0, LONGEST_EVERY).optional(),
  })
  .default({});

export function notifyOf({ webhook, exec, every = EVERY }: z.output<typeof notifySchema>): NotifyConfig {
  return { every, ...(webhook !== undefined && { webhook }), ...(exec !== undefined && { exec }) };
}

export function checkNotify({ exec }: z.output<typeof notifySchema>, faults: FaultList): void {
  const path = ['notify', 'exec'];
  if (exec?.length === 0 && !faults.isFaulty(path)) {
    faults.atKey(path, '"exec" is empty, expected a command and its arguments, or leave it out');
  }
}

/** Messages don't contain the value: it may hold a secret, and messages end up in logs. */
function readWebhook(text: string): string | TextFault {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return text;
  return { fault: '"webhook" is not a URL, expected one such as https://chat.example/hooks/secret' };
}
