/**
 * The forecasts of all pools of a world, with its zones, databases and verdicts.
 */
import { catchmentCount } from '../answer/catchments.js';
import { type RowQuestion, rowInputs, rowsOfClients } from '../compile/client-rows.js';
import type { Geography } from '../compile/map/geography.js';
import { epochAt } from '../compile/member-order.js';
import type { PoolPlan } from '../compile/pool-plan.js';
import type { World } from '../compile/world.js';
import { shareWorld } from '../compile/world-shares.js';
import { continentOf } from '../platform/continents.js';
import type { Family } from '../platform/types.js';
import { toVector, type Vector } from '../select/distance.js';
import type { Availability } from '../select/health-view.js';
import { GROWN } from '../select/slow-start.js';
import { type ClientGroup, forecastPool, type PoolForecast } from './forecast.js';

export interface SimulatedPool {
  readonly zone: string;
  /** The owner name, absolute. */
  readonly owner: string;
  readonly family: Family;
  /** By member. */
  readonly mirrors: readonly string[];
  readonly forecast: PoolForecast;
}

export interface SimulationTerms {
  /** By number of the world's pools: the state of their addresses, without their shares of the world. */
  readonly availability: (pool: number) => Availability;
  /** The clients that ask a pool; `geography` is the pool's. */
  readonly clients: (pool: PoolPlan, geography: Geography) => readonly ClientGroup[];
  /** Whether to ignore `max_share` and `max_world_share`. */
  readonly withoutLimit: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The parts of a world that decide its forecasts. */
export interface SimulatedWorld {
  readonly world: Pick<World, 'zones' | 'places' | 'pools'>;
  readonly geographies: readonly Geography[];
}

/** Forecasts the pools with these numbers. */
export function simulate(
  { world, geographies }: SimulatedWorld,
  pools: readonly number[],
  { availability, clients, withoutLimit, now }: SimulationTerms,
): SimulatedPool[] {
  return pools.flatMap((number) => {
    const plan = world.pools[number];
    const geography = geographies[plan?.geography ?? -1];
    if (plan === undefined || geography === undefined) return [];
    const { zone, owner, family, members, answers, maxShare, panic, worldLimits } = plan;
    const { states, growth, factors } = availability(number);
    const asking = clients(plan, geography);
    const question: RowQuestion = {
      owner,
      members,
      catchments: geography.catchments,
      answers,
      maxShare: withoutLimit ? 1 : maxShare,
      panic,
      health: states.map((state, i) => ({
        state,
        growth: growth?.[i] ?? GROWN,
        factor: factors?.[i] ?? 1,
      })),
      epoch: epochAt(now),
    };
    const shared = withoutLimit || !worldLimits ? question : sharing(question, asking, worldLimits);
    const forecast = forecastPool(asking, rowsOfClients(shared), pointsOf(world, plan), continentOf);
    return { zone, owner, family, mirrors: members.map(({ mirror }) => mirror), forecast };
  });
}

/** The same question, with factors with which no member exceeds its limit of the world. */
function sharing(
  question: RowQuestion,
  clients: readonly ClientGroup[],
  limits: readonly number[],
): RowQuestion {
  const weights = new Float64Array(catchmentCount(question.catchments));
  const everybody = clients.reduce((sum, { weight }) => sum + weight, 0);
  for (const { catchment, weight } of clients)
    weights[catchment] = (weights[catchment] ?? 0) + weight / everybody;
  const { factors } = shareWorld({ ...rowInputs(question), clients: weights, limits });
  const ofAddress = question.members.flatMap(({ addresses }, member) =>
    addresses.map(() => factors[member] ?? 1),
  );
  const health = question.health.map(({ factor = 1, ...each }, i) => ({
    ...each,
    factor: factor * (ofAddress[i] ?? 1),
  }));
  return { ...question, health };
}

/** Where the members of a pool are. */
function pointsOf(
  { zones, places }: SimulatedWorld['world'],
  { zone: name, members }: PoolPlan,
): (Vector | undefined)[] {
  const at = zones.findIndex(({ zone }) => zone.name === name);
  const numbers = new Map(zones[at]?.zone.mirrors.map((mirror, number) => [mirror.name, number]));
  return members.map(({ mirror }) => {
    const point = places[at]?.[numbers.get(mirror) ?? -1]?.point;
    return point && toVector(point);
  });
}
