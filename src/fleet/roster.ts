/**
 * The members as they are heard. Of each the newest document counts, from whichever instance, for a minute after it last was
 * followed by a newer one: by this host's own time, so clocks may be minutes apart. What is not newer is a replay, or an
 * instance that lags, and is left.
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
  /** Why something in its name was not taken, last, and since it was heard. */
  readonly refused?: string;
}

export interface Roster {
  /** Whether this would be news. */
  isNews(member: string, head: Head): boolean;
  /** What is known of its bodies. */
  heard(member: string): HeardMember | undefined;
  /** Takes a document where it is news. */
  take(member: string, heard: HeardMember): void;
  refuse(member: string, why: string): void;
  status(): readonly MemberStatus[];
  /** Nothing is taken any more. */
  close(): void;
}

/** What members hear of each other. */
export interface RosterListener {
  /** A member said something else; what of `before` it was that it said before. */
  onHeard(member: string, heard: HeardMember, before: HeardMember | undefined): void;
  onSilent(member: string): void;
}

export const COUNTS_MS = 60_000;
/** After so long even a document stamped ahead is older than any that is taken, so no replay can come of forgetting it. */
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
      // What comes now is of nobody.
      entries.clear();
    },
  };
}
