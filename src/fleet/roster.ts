/**
 * The members that are heard. A member's newest document, from whichever instance, counts for a minute unless a newer one
 * replaces it. The minute is by this host's own time, so clocks may be minutes apart. A document that is not newer is a
 * replay, or comes from an instance that lags, and is ignored.
 */
import type { Clock } from '../platform/clock.js';
import { type Bodies, type Head, isLater, MOST_APART } from './documents.js';

export interface HeardMember {
  readonly head: Head;
  readonly bodies: Bodies;
}

export interface MemberStatus {
  readonly member: string;
  /** Undefined: it is silent. */
  readonly heard?: HeardMember;
  /** When it was last heard, by the steady clock; undefined: never. */
  readonly at?: number;
  /** Why the last document in its name was refused, if that was after it was last heard. */
  readonly refused?: string;
}

export interface Roster {
  /** Whether this head is newer than the last one. */
  isNews(member: string, head: Head): boolean;
  /** The document of the member that counts now. */
  heard(member: string): HeardMember | undefined;
  /** Accepts a document if it is newer. */
  take(member: string, heard: HeardMember): void;
  refuse(member: string, why: string): void;
  status(): readonly MemberStatus[];
  /** Accepts nothing from now on. */
  close(): void;
}

/** Called when members are heard or fall silent. */
export interface RosterListener {
  /** A member published a newer document; `before` is the one it replaces. */
  onHeard(member: string, heard: HeardMember, before: HeardMember | undefined): void;
  onSilent(member: string): void;
}

export const COUNTS_MS = 60_000;
/** By then even a document stamped ahead is too old to be accepted, so forgetting its sequence allows no replay. */
const REMEMBERED_MS = 2 * MOST_APART;

interface Entry {
  heard?: HeardMember;
  newest?: Head['sequence'];
  at?: number;
  refused?: string;
  cancel: () => void;
}

export function createRoster(
  members: readonly string[],
  clock: Pick<Clock, 'steady' | 'after'>,
  { onHeard, onSilent }: RosterListener,
): Roster {
  const entries = new Map<string, Entry>(members.map((member) => [member, { cancel: () => undefined }]));

  return {
    isNews(member, { sequence }) {
      const entry = entries.get(member);
      return entry !== undefined && (entry.newest === undefined || isLater(sequence, entry.newest));
    },
    heard: (member) => entries.get(member)?.heard,

    take(member, heard) {
      const entry = entries.get(member);
      if (entry === undefined || !this.isNews(member, heard.head)) return;
      const before = entry.heard;
      entry.cancel();
      entry.heard = heard;
      entry.newest = heard.head.sequence;
      entry.at = clock.steady();
      delete entry.refused;
      entry.cancel = clock.after(COUNTS_MS, () => {
        delete entry.heard;
        entry.cancel = clock.after(REMEMBERED_MS, () => delete entry.newest);
        onSilent(member);
      });
      onHeard(member, heard, before);
    },

    refuse(member, why) {
      const entry = entries.get(member);
      if (entry !== undefined) entry.refused = why;
    },

    status: () =>
      [...entries].map(([member, { heard, at, refused }]) => ({
        member,
        ...(heard !== undefined && { heard }),
        ...(at !== undefined && { at }),
        ...(refused !== undefined && { refused }),
      })),

    close() {
      for (const { cancel } of entries.values()) cancel();
      // What arrives now belongs to no member.
      entries.clear();
    },
  };
}
