/**
 * A fleet's verdict on an address, from what its members say. Pure, and independent of the order in which anything was
 * heard: the same documents give the same verdict on every server. A member has one vote, whatever it claims.
 */

export type Vote = 'up' | 'down';

export interface MemberView {
  /** Its own verdict; absent: it abstains, or does not probe the address. */
  readonly sees?: Vote;
  /** The last joint verdict that it knew. */
  readonly last?: Vote;
}

/**
 * The verdict of a fleet of `size` configured members; `said` covers those that are heard, including this one. More than
 * half of the configured members decide. Without such a majority, the last joint verdict that most of them know is kept, if
 * at least two know it: a single member can't make up a past. A tie means that a partitioned fleet has met again; it counts
 * as up, because a mirror too many is better than one too few. Undefined: each member judges alone.
 */
export function jointVerdict(said: readonly MemberView[], size: number): Vote | undefined {
  if (said.length < 2) return undefined;
  const seen = count(said.map(({ sees }) => sees));
  if (seen.down * 2 > size) return 'down';
  if (seen.up * 2 > size) return 'up';
  const last = count(said.map(({ last: known }) => known));
  if (Math.max(last.down, last.up) < 2) return undefined;
  return last.down > last.up ? 'down' : 'up';
}

function count(votes: readonly (Vote | undefined)[]): Record<Vote, number> {
  const of = (vote: Vote): number => votes.filter((each) => each === vote).length;
  return { up: of('up'), down: of('down') };
}
