/**
 * The gate that a new database passes or not: one that would send much of a pool's downloads elsewhere may be right, or may
 * be the work of a mistake far away, so a person is to look first. Pure: the daemon keeps it.
 *
 * MaxMind's license wants an old database gone 30 days after a newer one came out, so theirs are held no longer.
 */
import { isMaxMinds } from '../geo/editions.js';
import type { DatabaseKind } from '../geo/mmdb-file.js';
import { DAY_MS, dateOf } from '../platform/time.js';

/** A database that is held. Times are milliseconds since 1970. */
export interface HeldDatabase {
  readonly kind: DatabaseKind;
  readonly path: string;
  /** Of the file. */
  readonly identity: string;
  readonly type: string;
  /** Seconds since 1970. */
  readonly build_epoch: number;
  /** The part of the pool's downloads that it would move, 0 to 1: of the one of which it would move most. */
  readonly pool: string;
  readonly moved: number;
  /** Since when this one, or the one that it replaced, is held. */
  readonly since: number;
  /** When the one that serves must go, since a newer one is out; absent: its maker does not ask for it. */
  readonly ends?: number;
  /** What an operator said of it. */
  readonly said?: 'accepted' | 'rejected';
}

/** The part of a pool's downloads that may move without a word: no edition of a sound database moves that much. */
export const MAX_SHIFT = 0.2;

/** A database that nobody speaks of is served after so long. */
const PATIENCE = 14 * DAY_MS;
const LICENSE = 30 * DAY_MS;

/** When it is served whatever is said; Infinity: never, while it is the newest. */
export function servedAt({
  since,
  ends = Infinity,
  said,
}: Pick<HeldDatabase, 'since' | 'ends' | 'said'>): number {
  if (said === 'accepted') return since;
  return said === 'rejected' ? ends : Math.min(since + PATIENCE, ends);
}

/** Whether it is kept from serving. */
export function isHeld(database: HeldDatabase, now: number): boolean {
  return now < servedAt(database);
}

/** One that is to be held now, in the place of `before` where that was held until now. */
export function hold(
  found: Omit<HeldDatabase, 'since' | 'ends' | 'said'>,
  before: HeldDatabase | undefined,
  now: number,
): HeldDatabase {
  // Whoever rejected the one before has spoken; that nobody spoke counts on.
  const since = before?.said === undefined ? (before?.since ?? now) : now;
  const ends = before?.ends ?? Math.min(now, found.build_epoch * 1000) + LICENSE;
  return { ...found, since, ...(isMaxMinds(found.type) && { ends }) };
}

/** Why it does not serve, in words. */
export function describeHeld({ path, pool, moved, said, ...rest }: HeldDatabase): string {
  const at = servedAt({ ...rest, ...(said && { said }) });
  const until = at === Infinity ? '' : `; it is served from ${dateOf(at)} on`;
  const percent = `${Math.round(moved * 1000) / 10} %`;
  const advice =
    said === 'rejected'
      ? 'it was rejected'
      : 'look at it: geopool diff, then geopool geo accept or geo reject';
  return `${path} is held, since it would move ${percent} of the downloads of ${pool} to other mirrors: ${advice}${until}`;
}
