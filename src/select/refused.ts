/**
 * Clients that a pool refuses, as export rules demand: they get none of its bands, whatever its mirrors' own rules. Like
 * bands, this depends only on databases and zones, so it is determined together with them.
 */
import { createPoolFormer } from './backups.js';
import type { BandList } from './band-list.js';
import type { BandFormer, BandSettings } from './bands.js';
import type { Candidate, Client } from './candidate.js';

/** The clients that are in any of these lists. */
export interface RefusedClients {
  readonly countries: readonly string[];
  readonly asn: readonly number[];
  /** Ids, as in `Client`. */
  readonly networks: readonly number[];
}

/** Which of the lists a client is in, and the item that matches; undefined: none. */
export function refusedBy(
  { countries, asn, networks }: RefusedClients,
  client: Client,
):
  | { readonly list: 'countries' | 'asn'; readonly item: string | number }
  | { readonly list: 'networks'; readonly item: number }
  | undefined {
  if (client.country !== undefined && countries.includes(client.country))
    return { list: 'countries', item: client.country };
  if (client.asn !== undefined && asn.includes(client.asn)) return { list: 'asn', item: client.asn };
  const network = client.networks.find((id) => networks.includes(id));
  return network === undefined ? undefined : { list: 'networks', item: network };
}

/** The list of refused clients. */
export const REFUSED_LIST: BandList = { tiers: [], sizes: [], members: new Uint32Array(), isRefused: true };

/** Everything that determines the bands of a pool. */
export interface BandPlan {
  readonly candidates: readonly Candidate[];
  readonly settings: BandSettings;
  readonly refused?: RefusedClients;
}

/** Forms the bands of a pool's clients, some of which may be refused. */
export function createClientFormer({ candidates, settings, refused }: BandPlan): BandFormer {
  const former = createPoolFormer(candidates, settings);
  if (refused === undefined) return former;
  let wasRefused = false;
  const isRefused = (client: Client): boolean => {
    wasRefused = refusedBy(refused, client) !== undefined;
    return wasRefused;
  };
  return {
    list: (client) => (isRefused(client) ? REFUSED_LIST : former.list(client)),
    bands: (client) => (isRefused(client) ? [] : former.bands(client)),
    key(client) {
      if (isRefused(client)) return 0;
      const key = former.key(client);
      return key === undefined ? undefined : key + 1;
    },
    slack: () => (wasRefused ? Infinity : former.slack()),
  };
}
