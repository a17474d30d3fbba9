/**
 * What a pool is expected to send where: for each country the mirror that clients there are led to most, and for each mirror
 * its share of all downloads, as if everybody online asked alike. A country is taken as one client, in the middle of its
 * people; rows are worked out as workers do.
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
  /** By country: the member that most of its downloads come from; without those where nobody is answered. */
  readonly leaders: ReadonlyMap<string, number>;
}

/** Where countries are for a pool: it follows from zones and databases, and is worth keeping. */
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

/** What is expected of a pool with these members, as its addresses stand. */
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

/** Whoever has no less than that of the most has as much. */
const ALIKE = 1e-6;

function vectorOf(country: string): Vector | undefined {
  const point = pointOfCountry(country);
  return point && toVector(point);
}

/** Of members that have as much as each other, the one that clients are near to; where nobody knows, the first. */
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
