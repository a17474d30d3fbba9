/**
 * A simulation for a terminal: for each pool the world, the continents and the countries of real weight.
 */
import {
  REAL_WEIGHT,
  type RegionReport,
  type SimulatedPoolReport,
  type SimulationReport,
} from '../foresight/report.js';
import { countOf } from '../platform/count-of.js';
import { formatTable } from './table.js';

/** How many mirrors of each region are listed. */
const MOST_MIRRORS = 6;

export function formatSimulation({ pools }: SimulationReport): string[] {
  return pools.flatMap((pool, i) => [...(i > 0 ? [''] : []), ...formatPool(pool)]);
}

function formatPool({
  pool,
  type,
  world,
  continents,
  countries,
  equal_mirrors,
  above,
}: SimulatedPoolReport): string[] {
  const large = Object.entries(countries).filter(([, { clients }]) => clients >= REAL_WEIGHT);
  const rest = Object.keys(countries).length - large.length;
  return [
    `${pool} ${type}: as concentrated as ${equal_mirrors.toFixed(1)} mirrors with equal shares${travel(world)}`,
    ...above.map(({ mirror, country, share }) => `ABOVE: ${mirror} has ${percent(share)} of ${country}`),
    '',
    ...formatTable(
      ['where', 'clients', 'mean km', 'p95 km', 'mirrors'],
      [
        row('world', world),
        ...Object.entries(continents).map(([code, region]) => row(code, region)),
        ...large.map(([code, region]) => row(code, region)),
      ],
    ),
    ...(rest > 0 ? [`and ${rest} more with less than ${percent(REAL_WEIGHT)} of all clients each`] : []),
  ];
}

function travel({ mean_km, p95_km }: RegionReport): string {
  return mean_km === undefined
    ? ''
    : `; bytes travel ${mean_km} km in the mean, ${p95_km} km at most for 95 %`;
}

function row(where: string, { clients, unanswered, mean_km, p95_km, shares }: RegionReport): string[] {
  const named = Object.entries(shares);
  const others = named.slice(MOST_MIRRORS);
  const rest = others.reduce((sum, [, share]) => sum + share, 0);
  const mirrors = [
    ...named.slice(0, MOST_MIRRORS).map(([mirror, share]) => `${mirror} ${percent(share)}`),
    ...(others.length > 0 ? [`${countOf(others.length, 'other')} ${percent(rest)}`] : []),
    ...(unanswered > 0 ? [`NOBODY ${percent(unanswered)}`] : []),
  ];
  return [where, percent(clients), `${mean_km ?? '-'}`, `${p95_km ?? '-'}`, mirrors.join(', ')];
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)}%`;
}
