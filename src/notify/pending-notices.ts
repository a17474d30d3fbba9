/**
 * What one channel has not told yet, and what of it the next process takes up: not more than a channel holds, nothing
 * that was tried as often as anything is, and nothing of days ago, when a server comes back after a long time. Pure.
 */
import { DAY_MS } from '../time.js';
import type { Notice } from './notice.js';

export interface Untold {
  /** The message that is being sent, or tried again. */
  readonly trying?: Trying;
  /** The oldest first. */
  readonly waiting: readonly Notice[];
  /** Notices that were dropped and that no message has counted yet. */
  readonly unsaid: number;
}

export interface Trying {
  readonly events: readonly Notice[];
  readonly dropped: number;
  /** Attempts that were begun. */
  readonly attempts: number;
}

/** News that is older is none. */
const STALE_MS = DAY_MS;

export interface Taken extends Untold {
  /** Notices that were left behind. */
  readonly dropped: number;
}

export interface Limits {
  /** Notices that may wait. */
  readonly notices: number;
  readonly attempts: number;
}

/** Of what an earlier process left, what is told now, in milliseconds since 1970. */
export function taken(left: Untold | undefined, now: number, most: Limits): Taken {
  if (left === undefined) return { waiting: [], unsaid: 0, dropped: 0 };
  const fresh = ({ at }: Notice): boolean => now - Date.parse(at) < STALE_MS;
  const waiting = left.waiting.filter(fresh).slice(-most.notices);
  const { trying } = left;
  const events =
    trying !== undefined && trying.attempts < most.attempts
      ? trying.events.filter(fresh).slice(-most.notices)
      : [];
  const dropped = left.waiting.length - waiting.length + (trying?.events.length ?? 0) - events.length;
  const unsaid = left.unsaid + dropped;
  if (trying !== undefined && events.length > 0)
    return { trying: { ...trying, events }, waiting, unsaid, dropped };
  return { waiting, unsaid: unsaid + (trying?.dropped ?? 0), dropped };
}
