/**
 * Where a pool is expected to send its clients: for each country, the mirror that its clients are led to most, and for each
 * mirror, its share of all downloads, if all people online download alike. A country counts as one client, in the middle of
 * its people. Rows are worked out as workers do.
 */
import type { Catchments } from '../answer/catchments.js';
import { COUNTRY_CODES, pointOfCountry } from '../platform/countries.js';
import { distanceKm, toVector, type Vector } from '../select/distance.js';
import { type BandPlan, createClientFormer } from '../select/refused.js';
import { type RowQuestion, rowsOfClients } from './client-rows.js';
import { createCatchmentStore } from './map/catchment-store.js';
import { peopleOnline } from './people-online.js';
import type { GeographyPlan } from './pool-plan.js';

export interface Outlook {
  /** By member: its part of all downloads, 0 to 1. */
  readonly shares: readonly number[];
  /** By country: the member that most of its downloads come from. Countries whose clients get no address are left out. */
  readonly leaders: ReadonlyMap<string, number>;
}

/** The catchments of countries for a pool. They follow from zones and databases, and are worth keeping. */
export interface Countries {
  readonly catchments: Catchments;
  readonly catchmentOf: ReadonlyMap<string, number>;
}

export function placeCountries(plan: BandPlan): Countries {
  const former = createClientFormer(plan);
  const store = createCatchmentStore(plan.candidates.length);
  const catchmentOf = new Map<string, number>();
  for (const country of COUNTRY_CODES) {
    const point = vectorOf(country);
    if (point !== undefined)
      catchmentOf.set(country, store.add(former.list({ country, point, networks: [] })));
  }
  return { catchments: store.all(), catchmentOf };
}

/** Returns the outlook of a pool with these members, in the current state of its addresses. */
export function outlookOf(
  { candidates }: Pick<GeographyPlan, 'candidates'>,
  { catchments, catchmentOf }: Countries,
  question: Omit<RowQuestion, 'catchments'>,
): Outlook {
  const rowOf = rowsOfClients({ ...question, catchments });
  const rows = new Map([...new Set(catchmentOf.values())].map((catchment) => [catchment, rowOf(catchment)]));
  const shares = candidates.map(() => 0);
  const leaders = new Map<string, number>();
  let everybody = 0;
  for (const [country, catchment] of catchmentOf) {
    const { n, parts } = rows.get(catchment) ?? { n: 0, parts: [] };
    if (n === 0) continue;
    const people = peopleOnline(country);
    everybody += people;
    for (const [member, part] of parts.entries())
      shares[member] = (shares[member] ?? 0) + (people * part) / n;
    const best = Math.max(...parts);
    const leading = [...parts.keys()].filter((member) => (parts[member] ?? 0) > best - ALIKE);
    const leader = nearest(leading, vectorOf(country), candidates);
    if (leader !== undefined) leaders.set(country, leader);
  }
  return { shares: shares.map((share) => (everybody === 0 ? 0 : share / everybody)), leaders };
}

/** Members whose part is within this of the largest are equal to it. */
const ALIKE = 1e-6;

function vectorOf(country: string): Vector | undefined {
  const point = pointOfCountry(country);
  return point && toVector(point);
}

/** Of members with equal parts, the one nearest to the clients; if no distance is known, the first. */
function nearest(
  members: readonly number[],
  from: Vector | undefined,
  candidates: GeographyPlan['candidates'],
): number | undefined {
  const distance = (member: number): number => {
    const to = candidates[member]?.point;
    return from === undefined || to === undefined ? Infinity : distanceKm(from, to);
  };
  let best: number | undefined;
  for (const member of members) if (best === undefined || distance(member) < distance(best)) best = member;
  return best;
}
