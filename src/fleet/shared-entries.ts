/**
 * What operators enter on any member. For each mirror or challenge the latest entry counts, by a hybrid logical clock, so
 * that all members agree whatever arrives first and however far apart their clocks are. A revoked entry is remembered for 30
 * days, so that a member that was away does not bring it back. Pure; its owner stores the entries and applies them.
 */
import { DAY_MS } from '../platform/time.js';
import { MOST_APART, MOST_BODY_OCTETS, type Stamp } from './documents.js';

export interface SharedEntry {
  readonly stamp: Stamp;
  /** The member on which it was entered. */
  readonly member: string;
  /** Absent: it was revoked. */
  readonly said?: { readonly until?: number };
}

/** Entries `E`, each about a `K`. */
export interface SharedEntries<K, E extends SharedEntry> {
  /** Adds these with stamps after all known ones; `now` is wall-clock time. False, and none added, if there is no room. */
  say(entries: readonly ((stamp: Stamp) => E)[], now: number): boolean;
  /** Takes and returns entries later than the known ones, passed on by `from`. Ignores those stamped ten minutes ahead. */
  merge(heard: Iterable<E>, from: string, now: number): readonly E[];
  /**
   * The clock is right. Stamps again what was said here while it was far ahead, since the others would ignore that and all
   * that is said here later. Returns whether there was any.
   */
  restamp(now: number): boolean;
  of(about: K): E | undefined;
  /** Ordered by what they are about. Forgets what was revoked, or ended, more than 30 days ago. */
  list(now: number): readonly E[];
}

export interface SharedEntriesOptions<K, E extends SharedEntry> {
  /** This member. */
  readonly self: string;
  readonly keyOf: (about: K) => string;
  /** How many entries one member may pass on, so that a hostile one leaves room for the others. */
  readonly mostOfMember: number;
  readonly initial?: Iterable<E>;
}

const REMEMBERED_MS = 30 * DAY_MS;
/** The most entries with the same milliseconds. A hostile member may stamp with more, and no number may be too large. */
const MOST_AT_ONCE = 2 ** 48;

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

  /** After all known stamps. */
  function nextStamp(now: number): Stamp {
    const [ms, count] = latest;
    if (now > ms) return [now, 0];
    return count < MOST_AT_ONCE ? [ms, count + 1] : [ms + 1, 0];
  }

  for (const entry of initial) take(entry, entry.member);

  return {
    say(entries, now) {
      const [ms, next] = nextStamp(now);
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
    restamp(now) {
      if (latest[0] <= now + MOST_APART) return false;
      const isFar = ({ entry: { member, stamp } }: { readonly entry: E }): boolean =>
        member === self && stamp[0] > now + MOST_APART;
      const far = [...held].filter(([, one]) => isFar(one));
      latest = [...held.values()]
        .filter((one) => !isFar(one))
        .reduce<Stamp>((last, { entry: { stamp } }) => (compare(stamp, last) > 0 ? stamp : last), [0, 0]);
      for (const [key, { entry, from }] of far) {
        latest = nextStamp(now);
        held.set(key, { entry: Object.assign({}, entry, { stamp: latest }), from });
      }
      return far.length > 0;
    },
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
 * The entries that fit into a document: those entered on this member first, then the latest. The other members pass on the
 * rest themselves.
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

/** Revoked, or ended, long ago. */
function isForgotten({ stamp, said }: SharedEntry, now: number): boolean {
  const over = said === undefined ? stamp[0] : said.until;
  return over !== undefined && over < now - REMEMBERED_MS;
}

function compare([ms, count]: Stamp, [otherMs, otherCount]: Stamp): number {
  return ms - otherMs || count - otherCount;
}

/** Two entries with the same stamp are ordered by member, the same everywhere. */
function order(a: SharedEntry, b: SharedEntry): number {
  if (a.member === b.member) return compare(a.stamp, b.stamp);
  return compare(a.stamp, b.stamp) || (a.member > b.member ? 1 : -1);
}
