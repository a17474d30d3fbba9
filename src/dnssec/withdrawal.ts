/**
 * How long resolvers expect signatures of a zone that was served signed. A name server does not ask the parent. It counts
 * from when the parent was asked to remove the DS or, without such a request, from when the zone became unsigned: the
 * earliest time at which the operator may have had the DS removed.
 */

/** A zone that is served signed, or was. Times are milliseconds since 1970. */
export interface RememberedZone {
  readonly zone: string;
  /** The TTL of DS records at the parent, in milliseconds. */
  readonly dsTtl: number;
  /** From when on the parent is asked to remove all DS records. Absent: it is not. */
  readonly withdrawn?: number;
  /** Since when it has been served unsigned. Absent: it is served signed. */
  readonly unsigned?: number;
}

/** Until when it is too early to serve the zone unsigned. Undefined: not, or no longer. */
export function wantedUntil(
  { dsTtl, withdrawn = Infinity, unsigned = Infinity }: RememberedZone,
  now: number,
): number | undefined {
  const until = Math.min(withdrawn, unsigned, now) + dsTtl;
  return until > now ? until : undefined;
}
