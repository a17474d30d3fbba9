/**
 * Mirrors that no client can tell apart. Mirrors at exactly the same point with the same country, rules, networks, AS and
 * entries of orders are in the same band for every client, so bands are formed over such sites. A country's centre with
 * forty mirrors costs one distance. What concerns few clients (an AS, a network, a country) is looked up instead of
 * searched.
 */
import { type Candidate, hasRules, rulesOf } from './candidate.js';
import { NO_ENTRY } from './order.js';

/** Places and sizes are in flat arrays, because the band former walks them all for every client. */
export interface Sites {
  readonly count: number;
  /** The site of each candidate. */
  readonly siteOf: Uint32Array;
  /** How many candidates a site has. */
  readonly sizes: Uint32Array;
  /** Unit vectors, three numbers per site; an unknown place is infinitely far away from everything. */
  readonly places: Float64Array;
  /** The sites with a mirror in that country, with that AS, with that network id. */
  readonly byCountry: ReadonlyMap<string, readonly number[]>;
  readonly byAsn: ReadonlyMap<number, readonly number[]>;
  readonly byNetwork: ReadonlyMap<number, readonly number[]>;
  /** By list of the order: the entry of each site, or NO_ENTRY. */
  readonly lists: readonly Int32Array[];
  /** The sites that do not admit all clients, each with one candidate that represents all of the site. */
  readonly guarded: readonly { readonly site: number; readonly candidate: Candidate }[];
}

/** Finds the sites of a pool's candidates. This runs once per zone or database, so it need not be fast. */
export function groupSites(candidates: readonly Candidate[]): Sites {
  const known = new Map<string, number>();
  const firsts: Candidate[] = [];
  const siteOf = Uint32Array.from(candidates, (candidate) => {
    const key = keyOf(candidate);
    const site = known.get(key) ?? firsts.length;
    if (site === firsts.length) {
      known.set(key, site);
      firsts.push(candidate);
    }
    return site;
  });
  const sizes = new Uint32Array(firsts.length);
  for (const site of siteOf) sizes[site] = (sizes[site] ?? 0) + 1;
  const places = Float64Array.from(
    firsts.flatMap(({ point }) => (point === undefined ? [Infinity, 0, 0] : [point.x, point.y, point.z])),
  );
  return {
    count: firsts.length,
    siteOf,
    sizes,
    places,
    byCountry: indexBy(firsts, ({ country }) => (country === undefined ? [] : [country])),
    byAsn: indexBy(firsts, ({ asn }) => asn),
    byNetwork: indexBy(firsts, ({ networks }) => networks),
    lists: (firsts[0]?.entries ?? []).map((_, list) =>
      Int32Array.from(firsts, ({ entries }) => entries?.[list] ?? NO_ENTRY),
    ),
    guarded: firsts
      .map((candidate, site) => ({ site, candidate }))
      .filter(({ candidate }) => hasRules(candidate)),
  };
}

/** Equal for candidates that differ in nothing but their weight. */
function keyOf(candidate: Candidate): string {
  const { point, country, asn, networks, entries } = candidate;
  const place = point === undefined ? null : [point.x, point.y, point.z];
  return JSON.stringify([place, country, asn, networks, entries, rulesOf(candidate)]);
}

function indexBy<K>(
  firsts: readonly Candidate[],
  keysOf: (candidate: Candidate) => readonly K[],
): Map<K, number[]> {
  const index = new Map<K, number[]>();
  for (const [site, candidate] of firsts.entries()) {
    for (const key of new Set(keysOf(candidate))) {
      const sites = index.get(key);
      if (sites === undefined) index.set(key, [site]);
      else sites.push(site);
    }
  }
  return index;
}
