/**
 * What one channel has not told yet, and what of it the next process takes up: not more than a channel holds, nothing
 * that was tried as often as anything is, and nothing of days ago, when a server comes back after a long time. Pure.
 */
import { DAY_MS } from '../platform/time.js';
import type { Notice } from './notice.js';

export interface PendingNotices {
  /** The message that is being sent, or tried again. */
  readonly sending?: SendAttempt;
  /** The oldest first. */
  readonly waiting: readonly Notice[];
  /** Notices that were dropped and that no message has counted yet. */
  readonly dropped: number;
}

export interface SendAttempt {
  readonly events: readonly Notice[];
  readonly dropped: number;
  /** Attempts that were begun. */
  readonly attempts: number;
}

/** News that is older is none. */
const STALE_MS = DAY_MS;

export interface RestoredNotices extends PendingNotices {
  /** Notices that were left behind. */
  readonly left: number;
}

export interface PendingLimits {
  /** Notices that may wait. */
  readonly notices: number;
  readonly attempts: number;
}

/** Of what an earlier process left, what is told now, in milliseconds since 1970. */
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
