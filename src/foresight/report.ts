/**
 * The report of `simulate --json`: forecasts with mirrors by name, and the mirrors that have more than they should.
 */
import { equalMirrors, type Forecast } from './forecast.js';
import type { SimulatedPool } from './simulation.js';

export interface SimulationReport {
  readonly pools: readonly SimulatedPoolReport[];
}

export interface SimulatedPoolReport {
  readonly zone: string;
  /** The owner name, absolute. */
  readonly pool: string;
  readonly type: 'A' | 'AAAA';
  readonly world: RegionReport;
  /** By code, regions with the most clients first. */
  readonly continents: Readonly<Record<string, RegionReport>>;
  readonly countries: Readonly<Record<string, RegionReport>>;
  /** How many mirrors with equal shares would be as concentrated as these are. */
  readonly equal_mirrors: number;
  /** Mirrors with more than they should have, in countries of real weight, the largest share first. */
  readonly above: readonly { readonly mirror: string; readonly country: string; readonly share: number }[];
}

export interface RegionReport {
  /** Its part of all clients, 0 to 1. */
  readonly clients: number;
  /** The part of its clients that get no mirror. */
  readonly unanswered: number;
  readonly mean_km?: number;
  readonly p95_km?: number;
  /** By mirror, the largest shares first; mirrors that get nothing are left out. */
  readonly shares: Readonly<Record<string, number>>;
}

/** A country has real weight if it has at least this part of all clients. */
export const REAL_WEIGHT = 0.005;

/** Reports simulated pools. `above` is the share above which a mirror is named, 0 to 1; absent: none is named. */
export function reportSimulation(pools: readonly SimulatedPool[], above = 1): SimulationReport {
  return { pools: pools.map((pool) => reportPool(pool, above)) };
}

function reportPool(
  { zone, owner, family, mirrors, forecast }: SimulatedPool,
  limit: number,
): SimulatedPoolReport {
  const regions = (all: ReadonlyMap<string, Forecast>): Record<string, RegionReport> =>
    Object.fromEntries(
      [...all]
        .sort(([, a], [, b]) => b.weight - a.weight)
        .map(([code, region]) => [code, reportRegion(region, mirrors)]),
    );
  const above = [...forecast.countries]
    .filter(([, { weight }]) => weight >= REAL_WEIGHT)
    .flatMap(([country, { shares }]) =>
      shares.flatMap((share, member) =>
        share > limit ? { mirror: mirrors[member] ?? '', country, share } : [],
      ),
    )
    .sort((a, b) => b.share - a.share);
  return {
    zone,
    pool: owner,
    type: family === 'ipv4' ? 'A' : 'AAAA',
    world: reportRegion(forecast.world, mirrors),
    continents: regions(forecast.continents),
    countries: regions(forecast.countries),
    equal_mirrors: equalMirrors(forecast.world.shares),
    above,
  };
}

function reportRegion(
  { weight, shares, unanswered, km }: Forecast,
  mirrors: readonly string[],
): RegionReport {
  const named = shares.map((share, member) => [mirrors[member] ?? '', share] as const);
  return {
    clients: weight,
    unanswered,
    ...(km !== undefined && { mean_km: Math.round(km.mean), p95_km: km.p95 }),
    shares: Object.fromEntries(named.filter(([, share]) => share > 0).sort(([, a], [, b]) => b - a)),
  };
}
