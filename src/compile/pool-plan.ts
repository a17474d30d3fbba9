/**
 * A pool in one family, as far as zones and databases decide it: which mirrors can be in an answer, where they are, and by
 * which rules. Verdicts come later and change nothing here.
 */

import type { Address } from '../ip/address.js';
import type { Prefix } from '../ip/prefix.js';
import { FAMILIES, type Family, type Location, type PanicAction } from '../platform/types.js';
import { asnsOf, type Candidate, type CandidateRules, hasRules } from '../select/candidate.js';
import { toVector } from '../select/distance.js';
import type { BandPlan } from '../select/refused.js';
import type { ClientRules, Mirror, Pool, Refusal, Zone } from '../zone/model.js';
import { isChosen } from './choices.js';
import { planOrder } from './order-plan.js';

/** A mirror in the pool with a weight above 0 and an address of the family. */
export interface PoolMember {
  readonly mirror: string;
  readonly weight: number;
  readonly backup: boolean;
  /** Its addresses of the family, at least one. */
  readonly addresses: readonly Address[];
}

export interface PoolPlan {
  readonly zone: string;
  /** The pool's owner name, absolute. */
  readonly owner: string;
  readonly family: Family;
  /** The owner name of the pool that users choose it from; absent: it is a pool of the file. */
  readonly chosenFrom?: string;
  readonly answers: number;
  readonly maxShare: number;
  /** By member, the largest part of all traffic that it may get; absent: no member has a limit. */
  readonly worldLimits?: readonly number[];
  readonly panicThreshold: number;
  readonly panic: PanicAction;
  /** What refused clients are told. */
  readonly refusal?: Pick<Refusal, 'rcode' | 'text'>;
  readonly ttl: number;
  /** The lowest TTL of answers that may soon change, in seconds. */
  readonly ttlMin: number;
  /** Milliseconds over which a mirror that came back grows; 0: it is at full weight at once. */
  readonly slowStart: number;
  readonly members: readonly PoolMember[];
  /**
   * The number of its geography, which says which mirrors are near which clients. Pools that do not differ in that share
   * one.
   */
  readonly geography: number;
}

/**
 * Everything that decides about bands: the mirrors as candidates, by member; the refused clients; and the networks by their
 * ids.
 */
export interface GeographyPlan extends BandPlan {
  readonly networks: readonly Prefix[];
  /** Its clients are located on the grid, however much memory is free. */
  readonly isCoarse?: true;
}

export interface Plans {
  readonly pools: readonly PoolPlan[];
  readonly geographies: readonly GeographyPlan[];
}

/**
 * Plans every pool of the zones in each family in which it has a mirror to answer with. Pools that users choose come after
 * all others.
 */
export function planPools(zones: readonly Zone[], placeOf: (zone: Zone, mirror: Mirror) => Location): Plans {
  const pools: PoolPlan[] = [];
  const geographies: GeographyPlan[] = [];
  const known = new Map<string, number>();
  const all = zones.flatMap((zone) => zone.pools.map((pool) => ({ zone, pool })));
  const inOrder = [...all.filter(({ pool }) => !isChosen(pool)), ...all.filter(({ pool }) => isChosen(pool))];
  for (const { zone, pool } of inOrder) {
    for (const family of FAMILIES) {
      const members = mirrorsIn(zone, pool, family);
      if (members.length === 0) continue;
      const geography = mappedGeography(pool, members, (mirror) => placeOf(zone, mirror));
      const key = geographyKey(geography);
      const number = known.get(key) ?? geographies.push(geography) - 1;
      known.set(key, number);
      pools.push({
        zone: zone.name,
        owner: pool.owner,
        family,
        ...(isChosen(pool) && { chosenFrom: pool.chosenFrom }),
        answers: pool.answers,
        maxShare: pool.maxShare,
        ...(!isChosen(pool) && worldLimitsOf(pool, members)),
        panicThreshold: pool.panicThreshold,
        panic: pool.panic,
        ...(pool.refuse !== undefined && { refusal: { rcode: pool.refuse.rcode, text: pool.refuse.text } }),
        ttl: zone.ttl,
        ttlMin: pool.ttlMin,
        slowStart: pool.slowStart,
        members: members.map((mirror) => memberOf(mirror, family)),
        geography: number,
      });
    }
  }
  return { pools, geographies };
}

/** The numbers of the pools that are in the files: all except those that users choose. */
export function poolsOfFiles(pools: readonly PoolPlan[]): number[] {
  return [...pools.keys()].filter((number) => pools[number]?.chosenFrom === undefined);
}

function worldLimitsOf(pool: Pool, members: readonly Mirror[]): Pick<PoolPlan, 'worldLimits'> {
  const limits = members.map(({ maxWorldShare }) => maxWorldShare ?? pool.maxWorldShare ?? 1);
  return limits.some((limit) => limit < 1) ? { worldLimits: limits } : {};
}

/** A mirror as a member of a pool in a family. */
export function memberOf({ name, weight, backup, addresses }: Mirror, family: Family): PoolMember {
  return {
    mirror: name,
    weight,
    backup,
    addresses: addresses.filter((address) => address.family === family),
  };
}

/** The pool's mirrors that can be in an answer of the family, in the file's order. */
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
  const rulesOf = ({ onlyNetworks, exceptNetworks, ...rules }: ClientRules): CandidateRules => ({
    ...rules,
    ...(onlyNetworks !== undefined && { onlyNetworks: idsOf(onlyNetworks) }),
    ...(exceptNetworks !== undefined && { exceptNetworks: idsOf(exceptNetworks) }),
  });
  const hasPoolRules = Object.keys(pool.admits).length > 0;
  const planned = pool.order && planOrder(pool.order, members, (prefix) => idsOf([prefix])[0] ?? 0);
  const candidates = members.map((mirror, member): Candidate => {
    const { country, point } = placeOf(mirror);
    return {
      weight: mirror.weight,
      ...(point !== undefined && { point: toVector(point) }),
      ...(country !== undefined && { country }),
      asn: mirror.asn,
      networks: idsOf(mirror.networks),
      ...(mirror.backup && { isBackup: true }),
      ...(planned !== undefined && { entries: planned.entries[member] ?? [] }),
      ...rulesOf(mirror.admits),
      ...(hasPoolRules && { ofPool: rulesOf(pool.admits) }),
    };
  });
  const { answers, nearKm, sameCountryFirst, refuse } = pool;
  const settings = {
    answers,
    nearKm,
    sameCountryFirst,
    ...(planned !== undefined && { order: planned.order }),
  };
  return {
    candidates,
    networks,
    settings,
    ...(refuse !== undefined && {
      refused: { countries: refuse.countries, asn: refuse.asn, networks: idsOf(refuse.networks) },
    }),
  };
}

/** The AS numbers that matter for some client. */
export function asnsOfPlan({ candidates, settings, refused }: GeographyPlan): readonly number[] {
  const ofOrder = (settings.order?.matches ?? []).flatMap((match) => (match.by === 'asn' ? [match.key] : []));
  return [...candidates.flatMap(asnsOf), ...ofOrder, ...(refused?.asn ?? [])];
}

/**
 * The geography by which a pool's clients are located. There may be many pools to choose, and they should take no memory
 * from exact maps, so they use the grid. With a single mirror, it only matters which clients are barred or refused. If none
 * are, all such pools share one geography, which needs no map.
 */
export function mappedGeography(
  pool: Pool,
  members: readonly Mirror[],
  placeOf: (mirror: Mirror) => Location,
): GeographyPlan {
  const [alone] = members;
  if (!isChosen(pool)) return planGeography(pool, members, placeOf);
  if (alone === undefined || members.length > 1)
    return { ...planGeography(pool, members, placeOf), isCoarse: true };
  const { order: _, ...terms } = pool;
  const settings = { answers: 1, nearKm: 0, sameCountryFirst: false };
  const mirror = { ...alone, weight: 1, asn: [], networks: [] };
  const geography = planGeography({ ...terms, ...settings }, [mirror], () => ({}));
  const tellsApart = geography.refused !== undefined || geography.candidates.some(hasRules);
  return tellsApart ? { ...geography, isCoarse: true } : geography;
}

/**
 * A key that is equal for geographies that form equal bands for every client. It ignores weights, which only decide shares
 * within bands.
 */
export function geographyKey({ candidates, networks, settings, refused }: GeographyPlan): string {
  const unweighted = candidates.map((candidate) => ({ ...candidate, weight: 1 }));
  return JSON.stringify([unweighted, networks.map(({ text }) => text), settings, refused]);
}
