/**
 * Bands, and how a compilation stores them: without the last one, which is all remaining mirrors. In a pool of thousands
 * that is nearly all of them.
 */

/** Why a band is where it is. `near` is the first one by distance, `far` any later one, `backup` any band of backups. */
export type Tier = 'network' | 'order' | 'asn' | 'country' | 'near' | 'far' | 'backup';

/**
 * A band with tier `network` is exclusive: while one of its mirrors is up, no other band is used, and `max_share` does not
 * apply. It is always the first.
 */
export interface Band {
  readonly tier: Tier;
  /** Indexes into the candidates, ascending. */
  readonly members: Members;
}

export type Members = readonly number[] | Uint32Array;

/** Bands as a compilation stores them: all except the last one with their members. Bands of backups come after that. */
export interface BandList {
  /** Of each band except the last; any bands of backups are at the end. */
  readonly tiers: readonly Tier[];
  /** How many members each of them has, at least one. */
  readonly sizes: readonly number[];
  /** Their members, one band after the other, and then the candidates in no band, whose own rules exclude the client. */
  readonly members: Uint32Array;
  /** The tier of the last band, which has all other candidates, none of them a backup. Absent: there are none. */
  readonly rest?: Tier;
  /** The client is refused: no candidate is in a band, listed or not. */
  readonly isRefused?: true;
}

/** A text that is equal exactly for equal bands: same members in the same order, and equally exclusive or of backups. */
export function bandKey(bands: readonly Band[]): string {
  const marks: Partial<Record<Tier, string>> = { network: '!', backup: '?' };
  return bands.map(({ tier, members }) => (marks[tier] ?? '') + members.join()).join('/');
}

/**
 * Returns a function that lists the bands of sites by their codes, which ascend from the first band to the `last`; sites
 * with code 0 are in no band. The list is valid until the next call.
 */
export function listWriter(
  siteOf: Uint32Array,
  sizes: Uint32Array,
): (codes: Uint16Array, last: number, tierOf: (code: number) => Tier, lastTier: () => Tier) => BandList {
  const listed = new Uint32Array(siteOf.length);
  return (codes, last, tierOf, lastTier) => {
    // Where the members of each code go: those in no band after all others.
    const next = new Uint32Array(last);
    for (let site = 0; site < codes.length; site++) {
      const code = codes[site] ?? 0;
      if (code < last) next[code] = (next[code] ?? 0) + (sizes[site] ?? 0);
    }
    const own = [...next];
    let end = 0;
    for (let code = 1; code < last; code++) {
      end += own[code] ?? 0;
      next[code] = end;
    }
    const used = end + (own[0] ?? 0);
    next[0] = used;
    // Backward, so that members are in ascending order although each code is filled from its end.
    for (let i = siteOf.length - 1; i >= 0; i--) {
      const code = codes[siteOf[i] ?? 0] ?? 0;
      if (code === last) continue;
      const at = (next[code] ?? 0) - 1;
      next[code] = at;
      listed[at] = i;
    }
    const there = own.flatMap((size, code) => (code === 0 || size === 0 ? [] : [code]));
    return {
      tiers: there.map(tierOf),
      sizes: there.map((code) => own[code] ?? 0),
      members: listed.subarray(0, used),
      ...(used < siteOf.length && { rest: lastTier() }),
    };
  };
}

/**
 * The bands of a list, over this many candidates; they are views of its members. The members of the last band are computed
 * only when they are read.
 */
export function bandsOfList({ tiers, sizes, members, rest }: BandList, candidates: number): Band[] {
  let at = 0;
  const bands = tiers.map((tier, i): Band => {
    const from = at;
    at += sizes[i] ?? 0;
    return { tier, members: members.subarray(from, at) };
  });
  const backups = bands.findIndex(({ tier }) => tier === 'backup');
  const last = rest === undefined ? [] : [lastBand(rest, members, candidates)];
  bands.splice(backups < 0 ? bands.length : backups, 0, ...last);
  return bands;
}

function lastBand(tier: Tier, others: Uint32Array, candidates: number): Band {
  let members: number[] | undefined;
  return {
    tier,
    get members() {
      if (members === undefined) {
        const isOther = new Uint8Array(candidates);
        for (const other of others) isOther[other] = 1;
        members = [];
        for (let i = 0; i < candidates; i++) if (isOther[i] === 0) members.push(i);
      }
      return members;
    },
  };
}
