/**
 * What operators say on any member: of each mirror, or challenge, what was said last, by a hybrid logical clock, so that all
 * come to the same whatever arrives first and however far their clocks are apart. What was taken back stays known for 30
 * days: a member that was away does not bring it back. Pure; its owner keeps it and has it hold.
 */
import { DAY_MS } from '../platform/time.js';
import { MOST_APART, MOST_BODY_OCTETS, type Stamp } from './documents.js';

export interface SharedEntry {
  readonly stamp: Stamp;
  /** Who said it first. */
  readonly member: string;
  /** Absent: it was taken back. */
  readonly said?: { readonly until?: number };
}

/** Of entries `E`, each about a `K`. */
export interface SharedEntries<K, E extends SharedEntry> {
  /** Says these here, later than all that is known; `now` by the wall clock. False, and nothing is said: there is no room. */
  say(entries: readonly ((stamp: Stamp) => E)[], now: number): boolean;
  /** Takes what is later than what is known, and gives it; `from` passed it on. What is stamped ten minutes ahead is left. */
  merge(heard: Iterable<E>, from: string, now: number): readonly E[];
  of(about: K): E | undefined;
  /** In the order of what they are about. What was taken back, or ended, more than 30 days ago is forgotten. */
  list(now: number): readonly E[];
}

export interface SharedEntriesOptions<K, E extends SharedEntry> {
  /** This member. */
  readonly self: string;
  readonly keyOf: (about: K) => string;
  /** How many may come from one member, lest one that is hostile leaves no room for what others say. */
  readonly mostOfMember: number;
  readonly initial?: Iterable<E>;
}

const REMEMBERED_MS = 30 * DAY_MS;

export function createSharedEntries<K, E extends K & SharedEntry>(
  options: SharedEntriesOptions<K, E>,
): SharedEntries<K, E> {
  const { self, keyOf, mostOfMember, initial = [] } = options;
  const held = new Map<string, { readonly entry: E; readonly from: string }>();
  const counts = new Map<string, number>();
  let latest: Stamp = [0, 0];

  function count(from: string, more: number): void {
    counts.set(from, (counts.get(from) ?? 0) + more);
  }

  function hasRoom(from: string, more: number): boolean {
    return (counts.get(from) ?? 0) + more <= mostOfMember;
  }

  function take(entry: E, from: string): boolean {
    if (compare(entry.stamp, latest) > 0) latest = entry.stamp;
    const key = keyOf(entry);
    const known = held.get(key);
    if (known !== undefined && order(entry, known.entry) <= 0) return false;
    if (known?.from !== from) {
      if (!hasRoom(from, 1)) return false;
      count(from, 1);
      if (known !== undefined) count(known.from, -1);
    }
    held.set(key, { entry, from });
    return true;
  }

  for (const entry of initial) take(entry, entry.member);

  return {
    say(entries, now) {
      const [ms, next] = now > latest[0] ? [now, 0] : [latest[0], latest[1] + 1];
      const said = entries.map((make, i) => make([ms, next + i]));
      const more = said.filter((entry) => held.get(keyOf(entry))?.from !== self).length;
      if (!hasRoom(self, more)) return false;
      for (const entry of said) take(entry, self);
      return true;
    },
    merge: (heard, from, now) =>
      [...heard].filter(
        (entry) => entry.stamp[0] <= now + MOST_APART && !isForgotten(entry, now) && take(entry, from),
      ),
    of: (about) => held.get(keyOf(about))?.entry,
    list(now) {
      for (const [key, { entry, from }] of held) {
        if (!isForgotten(entry, now)) continue;
        held.delete(key);
        count(from, -1);
      }
      return [...held].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { entry }]) => entry);
    },
  };
}

/**
 * Those that a document has room for: what was said on its own member first, then the latest. The others pass on the rest
 * themselves.
 */
export function publishable<E extends SharedEntry>(entries: readonly E[], self: string): readonly E[] {
  let room = MOST_BODY_OCTETS;
  return entries
    .toSorted((a, b) => Number(b.member === self) - Number(a.member === self) || order(b, a))
    .filter((entry) => {
      room -= Buffer.byteLength(JSON.stringify(entry)) + 1;
      return room >= 2;
    });
}

/** Taken back, or ended, long ago. */
function isForgotten({ stamp, said }: SharedEntry, now: number): boolean {
  const over = said === undefined ? stamp[0] : said.until;
  return over !== undefined && over < now - REMEMBERED_MS;
}

function compare([ms, count]: Stamp, [otherMs, otherCount]: Stamp): number {
  return ms - otherMs || count - otherCount;
}

/** Two of one moment are told apart by who said them, the same everywhere. */
function order(a: SharedEntry, b: SharedEntry): number {
  if (a.member === b.member) return compare(a.stamp, b.stamp);
  return compare(a.stamp, b.stamp) || (a.member > b.member ? 1 : -1);
}
