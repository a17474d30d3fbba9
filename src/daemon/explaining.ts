/**
 * Turns "what would this client get, and why" into a job with all that is known now, for a thread to work out.
 */

import type { LocationMap } from '../answer/table.js';
import type { ExplainJob } from '../compile/explain-job.js';
import { epochAt } from '../compile/member-order.js';
import type { ExplainRequest } from '../control/handlers.js';
import { GeopoolError } from '../errors.js';
import type { Family } from '../facts.js';
import { describeRefused } from '../report/describe-refused.js';
import type { Availability } from '../select/health-view.js';
import { isWithin } from '../zone/names.js';
import { type Knowledge, poolReasons, type Roster } from './roster.js';

/** The job that answers the request. Throws REQUEST_REFUSED for a name that is no pool. */
export function explainJob(
  { name, from, type }: ExplainRequest,
  roster: Roster,
  availability: readonly Availability[],
  knowledge: Knowledge,
  mapOf: (pool: number) => LocationMap | undefined,
  now: number,
): ExplainJob {
  const { world } = roster;
  const owner = name.toLowerCase().replace(/\.$/, '');
  const apexes = [
    ...world.zones.map(({ zone, file }) => ({ name: zone.name, file, zone })),
    ...world.refused.flatMap(({ zone: name, file }) =>
      name === undefined ? [] : { name, file, zone: undefined },
    ),
  ];
  // Where one zone is inside another, the inner one answers.
  const [apex] = apexes
    .filter((candidate) => isWithin(owner, candidate.name))
    .sort((a, b) => b.name.length - a.name.length);
  const zone = apex?.zone;
  if (apex !== undefined && zone === undefined) {
    throw new GeopoolError('REQUEST_REFUSED', `${apex.file} is wrong; ${describeRefused(apex.name)}`);
  }
  if (zone === undefined || !zone.pools.some((pool) => pool.owner === owner)) {
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
  const reasons = poolReasons(roster, number, knowledge, now);
  const health = (availability[number]?.standing ?? []).map((standing, i) => {
    const reason = reasons[i];
    const growth = availability[number]?.growth?.[i];
    return { standing, ...(growth !== undefined && { growth }), ...(reason !== undefined && { reason }) };
  });
  const map = mapOf(number);
  return {
    zone,
    owner,
    family,
    from,
    places: world.places[world.zones.findIndex((loaded) => loaded.zone === zone)] ?? [],
    sources: world.sources,
    grid: world.maps.onGrid[world.pools[number]?.geography ?? -1] ?? false,
    panic: availability[number]?.panic ?? false,
    health,
    epoch: epochAt(now),
    ...(map !== undefined && { map }),
  };
}
