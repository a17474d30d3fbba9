/**
 * The pools that users may choose from another pool: its mirrors in a country or on a continent, and each mirror alone. They
 * depend on where mirrors are, which files alone do not say. They are pools like any other, with the rules, health and
 * shares of the pool that they are chosen from, for fewer mirrors.
 */
import type { Location } from '../platform/types.js';
import { labelsOf } from '../zone/choices.js';
import type { Member, Mirror, Pool, Zone } from '../zone/model.js';

export interface ChosenPool extends Pool {
  /** The owner name of the pool that it is chosen from; its mirrors are probed under that name. */
  readonly chosenFrom: string;
}

export function isChosen(pool: Pool): pool is ChosenPool {
  return 'chosenFrom' in pool;
}

/** The zone, with the pools that users may choose after its own. */
export function withChosenPools(zone: Zone, placeOf: (mirror: Mirror) => Location): Zone {
  const chosen = zone.pools.flatMap((pool) => chosenPools(zone, pool, placeOf));
  return chosen.length === 0 ? zone : { ...zone, pools: [...zone.pools, ...chosen] };
}

/** One for each name to which a mirror of the pool belongs, whatever its addresses, unless its weight is 0. */
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
    // Users get the mirrors they choose, whether a list of the order names them or not.
    ...(order !== undefined && members.length > 1 && { order: { ...order, others: 'nearest' } }),
    name: pool.name === '@' ? label : `${label}.${pool.name}`,
    owner: `${label}.${pool.owner}`,
    choose: [],
    members,
    chosenFrom: pool.owner,
  }));
}
