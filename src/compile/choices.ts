/**
 * The pools that users may choose from another one: its mirrors in a country or on a continent, and each by itself. They
 * follow from where mirrors are, which files alone do not say, and are pools like any: with the rules, health and shares of
 * the one that they are chosen from, over those of its mirrors.
 */
import type { Location } from '../platform/types.js';
import { labelsOf } from '../zone/choices.js';
import type { Member, Mirror, Pool, Zone } from '../zone/model.js';

export interface ChosenPool extends Pool {
  /** The owner name of the pool that it is chosen from, as which its mirrors are probed. */
  readonly chosenFrom: string;
}

export function isChosen(pool: Pool): pool is ChosenPool {
  return 'chosenFrom' in pool;
}

/** The zone with the pools that users may choose behind its own. */
export function withChosenPools(zone: Zone, placeOf: (mirror: Mirror) => Location): Zone {
  const chosen = zone.pools.flatMap((pool) => chosenPools(zone, pool, placeOf));
  return chosen.length === 0 ? zone : { ...zone, pools: [...zone.pools, ...chosen] };
}

/** One for each name that some mirror of the pool has there, whatever its addresses, unless its weight is 0. */
function chosenPools(zone: Zone, pool: Pool, placeOf: (mirror: Mirror) => Location): ChosenPool[] {
  if (pool.choose.length === 0) return [];
  const membersAt = new Map<string, Member[]>();
  for (const member of pool.members) {
    const mirror = zone.mirrors[member.mirror];
    if (mirror === undefined || mirror.weight === 0) continue;
    for (const label of labelsOf(pool.choose, mirror.name, placeOf(mirror).country)) {
      const members = membersAt.get(label);
      if (members === undefined) membersAt.set(label, [member]);
      else members.push(member);
    }
  }
  const { order, ...terms } = pool;
  return Array.from(membersAt, ([label, members]) => ({
    ...terms,
    // Whom users choose they get, in a list of the order or not.
    ...(order !== undefined && members.length > 1 && { order: { ...order, others: 'nearest' } }),
    name: pool.name === '@' ? label : `${label}.${pool.name}`,
    owner: `${label}.${pool.owner}`,
    choose: [],
    members,
    chosenFrom: pool.owner,
  }));
}
