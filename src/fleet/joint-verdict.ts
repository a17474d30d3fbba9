/**
 * What a fleet says of an address, from what its members say. Pure, and blind to the order in which anything was heard: the
 * same documents give the same verdict on every server. One member has one vote, whatever it claims.
 */

export type Vote = 'up' | 'down';

export interface MemberView {
  /** What it sees itself; absent: it abstains, or does not probe it. */
  readonly sees?: Vote;
  /** The joint verdict that it last knew. */
  readonly last?: Vote;
}

/**
 * The verdict of a fleet of `size` configured members; `said` is of those that are heard, this one too. More than half of the
 * configured members decide. In between it is what most of them know as the last joint verdict, if two do at least: nobody
 * makes up a past alone. Where as many know one as the other, a fleet that was parted met again, and a mirror too many is
 * better than one too few. Undefined: each judges alone.
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
