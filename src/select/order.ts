/**
 * Orders: an operator's own preference, which precedes distance. An order has lists of mirrors and says which clients each
 * is for. Each entry of a list, one mirror or several equal ones, is a band. A candidate knows the entries that it is in.
 */
import { continentOf } from '../platform/continents.js';
import type { Client } from './candidate.js';

export interface Order {
  readonly name: string;
  /** Mirrors that are not in a client's list: they come after those that are, by distance, or are never used. */
  readonly others: 'nearest' | 'never';
  /** No two are for the same clients; longer networks come before shorter ones. */
  readonly matches: readonly OrderMatch[];
}

/** Which clients a list is for. The key of a network is its id, as in `Client`. */
export type OrderMatch = { readonly list: number } & (
  | { readonly by: 'networks' | 'asn'; readonly key: number }
  | { readonly by: 'subdivisions' | 'countries' | 'continents'; readonly key: string }
  | { readonly by: 'default'; readonly key: '' }
);

/** In place of an entry: the candidate is not in the list. */
export const NO_ENTRY = -1;

/** Returns a function that finds the match for a client, the most specific one; undefined: there is none. */
export function matchFinder({ matches }: Order): (client: Client) => OrderMatch | undefined {
  const byNetwork = matches.flatMap((match) => (match.by === 'networks' ? [match] : []));
  const keyed = (by: OrderMatch['by']): ReadonlyMap<string | number | undefined, OrderMatch> =>
    new Map(matches.filter((match) => match.by === by).map((match) => [match.key, match]));
  const byAsn = keyed('asn');
  const bySubdivision = keyed('subdivisions');
  const byCountry = keyed('countries');
  const byContinent = keyed('continents');
  const byDefault = keyed('default').get('');
  return ({ networks, asn, region, country = '' }) => {
    for (const match of networks.length > 0 ? byNetwork : []) if (networks.includes(match.key)) return match;
    return (
      byAsn.get(asn) ??
      bySubdivision.get(region?.subdivision) ??
      byCountry.get(country) ??
      byContinent.get(region?.continent ?? continentOf(country)) ??
      byDefault
    );
  };
}

/** The number of entries of the longest list. */
export function mostEntries(lists: readonly Int32Array[]): number {
  let most = 0;
  for (const list of lists) for (const entry of list) most = Math.max(most, entry + 1);
  return most;
}

/**
 * Numbers the entries of a list with codes after `last`, except entries without a site that `counts`. Writes the codes to
 * `codes`, by entry, and returns the last one.
 */
export function codeEntries(
  list: Int32Array,
  counts: (site: number) => boolean,
  last: number,
  codes: Uint16Array,
): number {
  codes.fill(0);
  for (let site = 0; site < list.length; site++) if (counts(site)) codes[list[site] ?? 0] = 1;
  let code = last;
  for (let entry = 0; entry < codes.length; entry++) if (codes[entry] === 1) codes[entry] = ++code;
  return code;
}
