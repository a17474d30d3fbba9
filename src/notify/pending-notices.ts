/**
 * What one channel has not delivered yet, and which part of it the next process takes up: no more than a channel holds,
 * nothing that has used up its attempts, and nothing a day old, in case a server was down for long. Pure.
 */
import { DAY_MS } from '../platform/time.js';
import type { Notice } from './notice.js';

export interface PendingNotices {
  /** The message that is being sent, or tried again. */
  readonly sending?: SendAttempt;
  /** The oldest first. */
  readonly waiting: readonly Notice[];
  /** Notices that were dropped and not yet counted in a message. */
  readonly dropped: number;
}

export interface SendAttempt {
  readonly events: readonly Notice[];
  readonly dropped: number;
  /** Attempts that were started. */
  readonly attempts: number;
}

/** Notices this old are no longer news. */
const STALE_MS = DAY_MS;

export interface RestoredNotices extends PendingNotices {
  /** Notices that were discarded. */
  readonly left: number;
}

export interface PendingLimits {
  /** The maximum number of notices that may wait. */
  readonly notices: number;
  readonly attempts: number;
}

/** The part of an earlier process's notices that is still sent; `now` in milliseconds since 1970. */
export function restorePending(
  left: PendingNotices | undefined,
  now: number,
  most: PendingLimits,
): RestoredNotices {
  if (left === undefined) return { waiting: [], dropped: 0, left: 0 };
  const fresh = ({ at }: Notice): boolean => now - Date.parse(at) < STALE_MS;
  const waiting = left.waiting.filter(fresh).slice(-most.notices);
  const { sending } = left;
  const events =
    sending !== undefined && sending.attempts < most.attempts
      ? sending.events.filter(fresh).slice(-most.notices)
      : [];
  const gone = left.waiting.length - waiting.length + (sending?.events.length ?? 0) - events.length;
  const dropped = left.dropped + gone;
  if (sending !== undefined && events.length > 0)
    return { sending: { ...sending, events }, waiting, dropped, left: gone };
  return { waiting, dropped: dropped + (sending?.dropped ?? 0), left: gone };
}
