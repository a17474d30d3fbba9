/**
 * What a pool is going to answer in the world, worked out before any query: which clients each mirror gets in every country,
 * how far the bytes travel, and which clients get no mirror. Rows are worked out as workers do, so the only estimate is how
 * many clients there are in each place.
 */
import type { ClientRow } from '../compile/client-rows.js';
import { distanceKm, type Vector } from '../select/distance.js';

/** Clients at one place that see the same catchment. */
export interface ClientGroup {
  readonly catchment: number;
  readonly country: string;
  /** Absent: unknown. */
  readonly point?: Vector;
  /** Any measure of their number, above 0. */
  readonly weight: number;
}

/** The forecast for one part of the world. */
export interface Forecast {
  /** This region's part of all clients, 0 to 1. */
  readonly weight: number;
  /** By member: its part of the downloads of clients that get a mirror, 0 to 1. */
  readonly shares: readonly number[];
  /** The part of its clients that get no mirror, 0 to 1. */
  readonly unanswered: number;
  /** How far downloads travel; absent if no distance is known. */
  readonly km?: Travel;
}

/** Kilometres between clients and the mirrors that they are sent to. */
export interface Travel {
  readonly mean: number;
  /** 95 of 100 downloads travel no farther; to `KM_STEP`. */
  readonly p95: number;
}

export interface PoolForecast {
  readonly world: Forecast;
  /** By continent code: AF, AN, AS, EU, NA, OC, SA. */
  readonly continents: ReadonlyMap<string, Forecast>;
  /** By ISO 3166-1 alpha-2 code. */
  readonly countries: ReadonlyMap<string, Forecast>;
}

/** Distances are counted in steps of this many kilometres. */
export const KM_STEP = 20;
/** Halfway around the earth, and a little more. */
const STEPS = 20_040 / KM_STEP;

/** The sums for one part of the world. */
interface Sums {
  weight: number;
  answered: number;
  readonly shares: Float64Array;
  /** For downloads with a known distance: their weight, their weighted kilometres, and the weight at each step. */
  travelled: number;
  km: number;
  readonly steps: Float64Array;
}

/**
 * Forecasts a pool for these clients. `rowOf` returns the row of a catchment's clients (client-rows.ts), and `points` are
 * the locations of its members.
 */
export function forecastPool(
  clients: Iterable<ClientGroup>,
  rowOf: (catchment: number) => ClientRow,
  points: readonly (Vector | undefined)[],
  continentOf: (country: string) => string | undefined,
): PoolForecast {
  const rows = new Map<number, ReturnType<typeof drawnIn>>();
  const byCountry = new Map<string, Sums>();
  const world = newSums(points.length);
  for (const { catchment, country, point, weight } of clients) {
    const row = rows.get(catchment) ?? drawnIn(rowOf(catchment));
    rows.set(catchment, row);
    const sums = byCountry.get(country) ?? newSums(points.length);
    byCountry.set(country, sums);
    sums.weight += weight;
    if (row.n === 0) continue;
    sums.answered += weight;
    for (const { member, part } of row.drawn) {
      const share = (weight * part) / row.n;
      sums.shares[member] = (sums.shares[member] ?? 0) + share;
      const to = points[member];
      if (point === undefined || to === undefined) continue;
      const km = distanceKm(point, to);
      const step = Math.floor(km / KM_STEP);
      sums.travelled += share;
      sums.km += share * km;
      sums.steps[step] = (sums.steps[step] ?? 0) + share;
    }
  }
  const byContinent = new Map<string, Sums>();
  for (const [country, sums] of byCountry) {
    add(world, sums);
    const continent = continentOf(country);
    if (continent === undefined) continue;
    const all = byContinent.get(continent) ?? newSums(points.length);
    byContinent.set(continent, all);
    add(all, sums);
  }
  const forecastsOf = (all: ReadonlyMap<string, Sums>): ReadonlyMap<string, Forecast> =>
    new Map(Array.from(all, ([code, sums]) => [code, forecastOf(sums, world.weight)]));
  return {
    world: forecastOf(world, world.weight),
    continents: forecastsOf(byContinent),
    countries: forecastsOf(byCountry),
  };
}

/** A row without the members that get nothing, which are most of them if there are many. */
function drawnIn({ n, parts }: ClientRow) {
  const drawn = Array.from(parts, (part, member) => ({ member, part }));
  return { n, drawn: drawn.filter(({ part }) => part > 0) };
}

function newSums(members: number): Sums {
  return {
    weight: 0,
    answered: 0,
    shares: new Float64Array(members),
    travelled: 0,
    km: 0,
    steps: new Float64Array(STEPS),
  };
}

function add(all: Sums, { weight, answered, shares, travelled, km, steps }: Sums): void {
  all.weight += weight;
  all.answered += answered;
  all.travelled += travelled;
  all.km += km;
  for (const [member, share] of shares.entries()) all.shares[member] = (all.shares[member] ?? 0) + share;
  for (const [step, share] of steps.entries()) all.steps[step] = (all.steps[step] ?? 0) + share;
}

function forecastOf({ weight, answered, shares, travelled, km, steps }: Sums, everybody: number): Forecast {
  return {
    weight: everybody === 0 ? 0 : weight / everybody,
    shares: Array.from(shares, (share) => (answered === 0 ? 0 : share / answered)),
    unanswered: weight === 0 ? 0 : 1 - answered / weight,
    ...(travelled > 0 && { km: { mean: km / travelled, p95: quantile(steps, 0.95 * travelled) } }),
  };
}

/** The kilometres within which this much of the weight is. */
function quantile(steps: Float64Array, weight: number): number {
  let sum = 0;
  const step = steps.findIndex((share) => {
    sum += share;
    return sum >= weight;
  });
  return (step < 0 ? STEPS : step + 1) * KM_STEP;
}

/** How many mirrors of equal shares would be as concentrated as these: the inverse of Simpson's index, 1 / Σ share². */
export function equalMirrors(shares: readonly number[]): number {
  const sum = shares.reduce((sum, share) => sum + share ** 2, 0);
  return sum === 0 ? 0 : 1 / sum;
}
