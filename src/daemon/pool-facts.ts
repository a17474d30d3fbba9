/**
 * What of a pool says whom it sends where, for the thread that shows it: who is where, by which rules, and how all stand.
 */
import { epochAt } from '../compile/member-order.js';
import { mirrorsIn, planGeography } from '../compile/pool-plan.js';
import type { PoolFacts } from '../http/messages.js';
import type { Availability } from '../select/health-view.js';
import { GROWN } from '../select/slow-start.js';
import type { Roster } from './roster.js';

/** Undefined where there is no such pool. `now` in milliseconds since 1970. */
export function poolFacts(
  { world }: Pick<Roster, 'world'>,
  published: readonly Availability[],
  zoneName: string,
  owner: string,
  now: number,
): PoolFacts | undefined {
  const at = world.zones.findIndex(({ zone }) => zone.name === zoneName);
  const zone = world.zones[at]?.zone;
  const pool = zone?.pools.find((candidate) => candidate.owner === owner);
  if (zone === undefined || pool === undefined) return undefined;
  const places = new Map(zone.mirrors.map((mirror, i) => [mirror, world.places[at]?.[i] ?? {}]));
  return {
    mirrors: pool.members.flatMap(({ mirror: number }) => {
      const mirror = zone.mirrors[number];
      return mirror === undefined ? [] : { name: mirror.name, place: places.get(mirror) ?? {} };
    }),
    families: world.pools.flatMap((plan, number) => {
      if (plan.zone !== zoneName || plan.owner !== owner) return [];
      const { family, seats, answers, maxShare } = plan;
      const members = mirrorsIn(zone, pool, family);
      const { candidates, settings } = planGeography(pool, members, (mirror) => places.get(mirror) ?? {});
      const { standing = [], growth } = published[number] ?? {};
      const health = standing.map((each, i) => ({ standing: each, growth: growth?.[i] ?? GROWN }));
      const question = { owner, seats, answers, maxShare, health, epoch: epochAt(now) };
      return { family, candidates, settings, question };
    }),
  };
}
