/**
 * The gate for new databases. One that would send much of a pool's downloads elsewhere may be right, or may be someone's
 * mistake, so an operator should look at it first. Pure: the daemon keeps the state.
 *
 * MaxMind's license requires an old database to be gone 30 days after a newer one came out, so MaxMind databases are held no
 * longer than that.
 */
import { isMaxMinds } from '../geo/editions.js';
import type { DatabaseKind } from '../geo/mmdb-file.js';
import { DAY_MS, dateOf } from '../platform/time.js';

/** A database that is held. Times are milliseconds since 1970. */
export interface HeldDatabase {
  readonly kind: DatabaseKind;
  readonly path: string;
  /** Identifies the file. */
  readonly identity: string;
  readonly type: string;
  /** Seconds since 1970. */
  readonly build_epoch: number;
  /** The pool of which it would move the largest part, and that part, 0 to 1. */
  readonly pool: string;
  readonly moved: number;
  /** Since when this one, or the one that it replaced, has been held. */
  readonly since: number;
  /** When the database in use must be gone, since a newer one is out; absent: its maker does not require it. */
  readonly ends?: number;
  /** The operator's decision. */
  readonly said?: 'accepted' | 'rejected';
}

/** The part of a pool's downloads that may move without a decision: no edition of a sound database moves that much. */
export const MAX_SHIFT = 0.2;

/** A database without a decision is used after this long. */
const PATIENCE = 14 * DAY_MS;
const LICENSE = 30 * DAY_MS;
/** A database that says it was built later does not tell when. After any later wait there are no years to write. */
const LATEST = Date.UTC(9999, 0);

/** When it will be used whatever is decided; Infinity: never, while it is the newest. */
export function servedAt({
  since,
  ends = Infinity,
  said,
}: Pick<HeldDatabase, 'since' | 'ends' | 'said'>): number {
  if (said === 'accepted') return since;
  return said === 'rejected' ? ends : Math.min(since + PATIENCE, ends);
}

/** Whether it is still held back. An accepted one is not, even if the wall clock has been set back since. */
export function isHeld(database: HeldDatabase, now: number): boolean {
  return database.said !== 'accepted' && now < servedAt(database);
}

/** Returns a database to be held from now on, in place of `before` if that one has been held until now. */
export function hold(
  found: Omit<HeldDatabase, 'since' | 'ends' | 'said'>,
  before: HeldDatabase | undefined,
  now: number,
): HeldDatabase {
  const built = Math.min(found.build_epoch * 1000, LATEST);
  // A clock before the time the database was built is wrong, and once it is set, the wait must not be over.
  const at = Math.max(now, built);
  // If an operator decided on the one before, the wait begins again; otherwise it goes on.
  const since = before?.said === undefined ? (before?.since ?? at) : at;
  const ends = before?.ends ?? built + LICENSE;
  return { ...found, since, ...(isMaxMinds(found.type) && { ends }) };
}

/** Why it is not used, in words. */
export function describeHeld({ path, pool, moved, said, ...rest }: HeldDatabase): string {
  const at = servedAt({ ...rest, ...(said && { said }) });
  const until = at === Infinity ? '' : `; it is served from ${dateOf(at)} on`;
  const percent = `${Math.round(moved * 1000) / 10} %`;
  const advice =
    said === 'rejected'
      ? 'it was rejected'
      : 'review it with geopool diff, then run geopool geo accept or geo reject';
  return `${path} is held, since it would move ${percent} of the downloads of ${pool} to other mirrors: ${advice}${until}`;
}
