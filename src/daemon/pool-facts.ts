/**
 * What determines where a pool sends its clients, for the thread that shows it: places of mirrors, rules and states.
 */
import { epochAt } from '../compile/member-order.js';
import { mirrorsIn, planGeography } from '../compile/pool-plan.js';
import type { PoolFacts } from '../http/messages.js';
import type { Availability } from '../select/health-view.js';
import { GROWN } from '../select/slow-start.js';
import type { TargetIndex } from './target-index.js';

/** Undefined if there is no such pool. `now` in milliseconds since 1970. */
export function poolFacts(
  { world }: Pick<TargetIndex, 'world'>,
  published: (pool: number) => Availability,
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
      const { family, members, answers, maxShare, panic } = plan;
      const mirrors = mirrorsIn(zone, pool, family);
      const { candidates, settings, refused } = planGeography(
        pool,
        mirrors,
        (mirror) => places.get(mirror) ?? {},
      );
      const { states, growth, factors } = published(number);
      const health = states.map((each, i) => ({
        state: each,
        growth: growth?.[i] ?? GROWN,
        factor: factors?.[i] ?? 1,
      }));
      const question = { owner, members, answers, maxShare, panic, health, epoch: epochAt(now) };
      return { family, candidates, settings, ...(refused !== undefined && { refused }), question };
    }),
  };
}
