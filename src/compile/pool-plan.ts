/**
 * A pool in one family, as far as it is decided by zones and databases: who can be in an answer, where they are, and by
 * which rules. Verdicts come later and change nothing here.
 */
import { FAMILIES, type Family, type Location } from '../facts.js';
import type { Address } from '../ip/address.js';
import type { Prefix } from '../ip/prefix.js';
import type { BandSettings } from '../select/bands.js';
import type { Candidate } from '../select/candidate.js';
import { toVector } from '../select/distance.js';
import type { Mirror, Pool, Zone } from '../zone/model.js';

/** A mirror in the pool with a weight above 0 and an address of the family. */
export interface Seat {
  readonly mirror: string;
  readonly weight: number;
  /** Its addresses of the family, at least one. */
  readonly addresses: readonly Address[];
}

export interface PoolPlan {
  readonly zone: string;
  /** The pool's owner name, absolute. */
  readonly owner: string;
  readonly family: Family;
  readonly answers: number;
  readonly maxShare: number;
  readonly panicThreshold: number;
  readonly ttl: number;
  /** The least TTL of answers that may soon be others, in seconds. */
  readonly ttlMin: number;
  /** Milliseconds in which a mirror that came back grows; 0: at once. */
  readonly slowStart: number;
  readonly seats: readonly Seat[];
  /** Which of the world's geographies says who is near whom here: pools that differ in nothing else share one. */
  readonly geography: number;
}

/** All that decides about bands: the mirrors as candidates, by seat, and the networks that their ids stand for. */
export interface GeographyPlan {
  readonly candidates: readonly Candidate[];
  readonly networks: readonly Prefix[];
  readonly settings: BandSettings;
}

export interface Plans {
  readonly pools: readonly PoolPlan[];
  readonly geographies: readonly GeographyPlan[];
}

/** Plans every pool of the zones in each family where it has somebody to answer with. */
export function planPools(zones: readonly Zone[], placeOf: (zone: Zone, mirror: Mirror) => Location): Plans {
  const pools: PoolPlan[] = [];
  const geographies: GeographyPlan[] = [];
  const known = new Map<string, number>();
  for (const zone of zones) {
    for (const pool of zone.pools) {
      for (const family of FAMILIES) {
        const members = mirrorsIn(zone, pool, family);
        if (members.length === 0) continue;
        const geography = planGeography(pool, members, (mirror) => placeOf(zone, mirror));
        const key = geographyKey(geography);
        const number = known.get(key) ?? geographies.push(geography) - 1;
        known.set(key, number);
        pools.push({
          zone: zone.name,
          owner: pool.owner,
          family,
          answers: pool.answers,
          maxShare: pool.maxShare,
          panicThreshold: pool.panicThreshold,
          ttl: zone.ttl,
          ttlMin: pool.ttlMin,
          slowStart: pool.slowStart,
          seats: members.map((mirror) => ({
            mirror: mirror.name,
            weight: mirror.weight,
            addresses: mirror.addresses.filter((address) => address.family === family),
          })),
          geography: number,
        });
      }
    }
  }
  return { pools, geographies };
}

/** The pool's mirrors that can be in an answer of the family, in the order of the file. */
export function mirrorsIn(zone: Zone, pool: Pool, family: Family): Mirror[] {
  return pool.members
    .map(({ mirror }) => zone.mirrors[mirror])
    .filter((mirror) => mirror !== undefined)
    .filter(({ weight, addresses }) => weight > 0 && addresses.some((address) => address.family === family));
}

/** The geography of a pool with these mirrors. */
export function planGeography(
  pool: Pool,
  members: readonly Mirror[],
  placeOf: (mirror: Mirror) => Location,
): GeographyPlan {
  const networks: Prefix[] = [];
  const ids = new Map<string, number>();
  const idsOf = (prefixes: readonly Prefix[]): number[] =>
    prefixes.map((prefix) => {
      const id = ids.get(prefix.text) ?? networks.push(prefix) - 1;
      ids.set(prefix.text, id);
      return id;
    });
  const candidates = members.map((mirror): Candidate => {
    const { country, point } = placeOf(mirror);
    const { onlyCountries, exceptCountries, onlyNetworks } = mirror.admits;
    return {
      weight: mirror.weight,
      ...(point !== undefined && { point: toVector(point) }),
      ...(country !== undefined && { country }),
      asn: mirror.asn,
      networks: idsOf(mirror.networks),
      ...(onlyCountries !== undefined && { onlyCountries }),
      ...(exceptCountries !== undefined && { exceptCountries }),
      ...(onlyNetworks !== undefined && { onlyNetworks: idsOf(onlyNetworks) }),
    };
  });
  const { answers, nearKm, sameCountryFirst } = pool;
  return { candidates, networks, settings: { answers, nearKm, sameCountryFirst } };
}

/** Equal for geographies that form equal bands for every client: all but the weights, which only share. */
export function geographyKey({ candidates, networks, settings }: GeographyPlan): string {
  const unweighted = candidates.map((candidate) => ({ ...candidate, weight: 1 }));
  return JSON.stringify([unweighted, networks.map(({ text }) => text), settings]);
}
