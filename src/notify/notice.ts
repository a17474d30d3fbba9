/**
 * What people are notified of: one event, and the message that carries several. Neither contains anything about clients.
 */

import { printable } from '../platform/printable.js';
import type { Family } from '../platform/types.js';

export const NOTICE_EVENTS = [
  'down',
  'up',
  'panic',
  'panic-over',
  'uplink-down',
  'uplink-up',
  'database-stale',
  'database-held',
  'zone-stale',
  'zone-refused',
  'zone-good',
  'test',
] as const;

export type NoticeEvent = (typeof NOTICE_EVENTS)[number];

export interface Notice {
  readonly event: NoticeEvent;
  /** RFC 3339. */
  readonly at: string;
  /** In words, one line. */
  readonly text: string;
  readonly zone?: string;
  readonly pool?: string;
  readonly family?: Family;
  readonly mirror?: string;
  readonly address?: string;
  readonly cause?: string;
}

/** The body of a webhook request, and the standard input of a command. */
export interface Message {
  /** All of them in words, a line each, for chat systems to show. */
  readonly text: string;
  readonly program: 'geopool';
  readonly version: string;
  /** The host that sends the message. */
  readonly host: string;
  readonly events: readonly Notice[];
  /** The number of events that were left out because there were too many. */
  readonly dropped: number;
}

/** The maximum number of lines in `text`; `events` has all of them. */
const MOST_LINES = 20;

export function messageOf(
  events: readonly Notice[],
  dropped: number,
  speaker: Pick<Message, 'version' | 'host'>,
): Message {
  const lines = events.slice(0, MOST_LINES).map(({ text }) => printable(text));
  const more = events.length + dropped - lines.length;
  const { version, host } = speaker;
  return {
    text: `geopool on ${host}: ${[...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n')}`,
    program: 'geopool',
    version,
    host,
    events,
    dropped,
  };
}
