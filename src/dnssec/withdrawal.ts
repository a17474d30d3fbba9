/**
 * Until when resolvers want signatures of a zone that was served signed. A name server asks no parent: it goes by when the
 * parent was asked to take the DS away, and where it was not, by when the zone became unsigned, which is the earliest that
 * somebody may have seen to it.
 */

/** A zone that is served signed, or was. Times are milliseconds since 1970. */
export interface RememberedZone {
  readonly zone: string;
  /** The TTL of DS records at the parent, in milliseconds. */
  readonly dsTtl: number;
  /** Since when the parent is asked to take all DS away; absent: it is not. */
  readonly withdrawn?: number;
  /** Since when it is served unsigned; absent: it is not. */
  readonly unsigned?: number;
}

/** Whether it is too early to serve the zone unsigned at `now`, and until when; undefined: it is not, any more. */
export function wantedUntil(
  { dsTtl, withdrawn = Infinity, unsigned = Infinity }: RememberedZone,
  now: number,
): number | undefined {
  const until = Math.min(withdrawn, unsigned, now) + dsTtl;
  return until > now ? until : undefined;
}
