/**
 * Turns "what would this client get, and why" into a job that contains everything known now, for a thread to compute.
 */

import type { LocationMap } from '../answer/table.js';
import { withChosenPools } from '../compile/choices.js';
import type { ExplainJob } from '../compile/explain-job.js';
import { epochAt } from '../compile/member-order.js';
import type { ExplainRequest } from '../control/handlers.js';
import { GeopoolError } from '../platform/errors.js';
import type { Family, Location } from '../platform/types.js';
import { describeRefused } from '../report/describe-refused.js';
import type { Availability } from '../select/health-view.js';
import type { Pool, Zone } from '../zone/model.js';
import { isWithin } from '../zone/names.js';
import { type HealthSnapshot, poolReasons, type TargetIndex } from './target-index.js';

/** The job that answers the request. Throws REQUEST_REFUSED for a name that is no pool. */
export function explainJob(
  { name, from, type }: ExplainRequest,
  index: TargetIndex,
  availability: (pool: number) => Availability,
  snapshot: HealthSnapshot,
  mapOf: (pool: number) => LocationMap | undefined,
  now: number,
): ExplainJob {
  const { world } = index;
  const owner = name.toLowerCase().replace(/\.$/, '');
  const apexes = [
    ...world.zones.map(({ zone, file }) => ({ name: zone.name, file, zone })),
    ...world.refused.flatMap(({ zone: name, file }) =>
      name === undefined ? [] : { name, file, zone: undefined },
    ),
  ];
  // If one zone is inside another, the inner one answers.
  const [apex] = apexes
    .filter((candidate) => isWithin(owner, candidate.name))
    .sort((a, b) => b.name.length - a.name.length);
  const zone = apex?.zone;
  const places = world.places[world.zones.findIndex((loaded) => loaded.zone === zone)] ?? [];
  const pool = zone && poolNamed(zone, owner, places);
  if (apex !== undefined && zone === undefined) {
    throw new GeopoolError('REQUEST_REFUSED', `${apex.file} is wrong; ${describeRefused(apex.name)}`);
  }
  if (zone === undefined || pool === undefined) {
    const pools = world.zones.flatMap((loaded) => loaded.zone.pools.map((pool) => pool.owner));
    throw new GeopoolError(
      'REQUEST_REFUSED',
      `${name} is not a pool; there are ${pools.slice(0, 12).join(', ')}`,
    );
  }
  const family: Family = type === 'A' ? 'ipv4' : 'ipv6';
  const number = world.pools.findIndex(
    (pool) => pool.zone === zone.name && pool.owner === owner && pool.family === family,
  );
  const reasons = poolReasons(index, number, snapshot, now);
  const { panic, states, growth: steps, factors } = availability(number);
  const health = states.map((state, i) => {
    const reason = reasons[i];
    const growth = steps?.[i];
    const factor = factors?.[i];
    return {
      state,
      ...(growth !== undefined && { growth }),
      ...(factor !== undefined && { factor }),
      ...(reason !== undefined && { reason }),
    };
  });
  const map = mapOf(number);
  return {
    zone: { ...zone, pools: [pool] },
    owner,
    family,
    from,
    places,
    sources: world.sources,
    grid: world.maps.onGrid[world.pools[number]?.geography ?? -1] ?? false,
    panic,
    health,
    epoch: epochAt(now),
    ...(map !== undefined && { map }),
  };
}

/** The pool with that owner name, including those that users choose. */
function poolNamed(zone: Zone, owner: string, places: readonly Location[]): Pool | undefined {
  const own = zone.pools.find((pool) => pool.owner === owner);
  if (own !== undefined) return own;
  const placed = new Map(zone.mirrors.map((mirror, i) => [mirror, places[i] ?? {}]));
  const { pools } = withChosenPools(zone, (mirror) => placed.get(mirror) ?? {});
  return pools.find((pool) => pool.owner === owner);
}
