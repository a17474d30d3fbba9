/**
 * What a pool is expected to send where: for each country the mirror that clients there are led to most, and for each mirror
 * its share of all downloads, as if everybody online asked alike. A country is taken as one client, in the middle of its
 * people; rows are worked out as workers do.
 */
import type { Catchments } from '../answer/catchments.js';
import { COUNTRY_CODES, pointOfCountry } from '../countries.js';
import { createBandFormer } from '../select/bands.js';
import { distanceKm, toVector, type Vector } from '../select/distance.js';
import { createCatchmentStore } from './catchment-store.js';
import { type RowQuestion, rowsOfClients } from './client-rows.js';
import { peopleOnline } from './people-online.js';
import type { GeographyPlan } from './pool-plan.js';

export interface Outlook {
  /** By seat: its part of all downloads, 0 to 1. */
  readonly shares: readonly number[];
  /** By country: the seat that most of its downloads come from; without those where nobody is answered. */
  readonly leaders: ReadonlyMap<string, number>;
}

/** Where countries are for a pool: it follows from zones and databases, and is worth keeping. */
export interface Countries {
  readonly catchments: Catchments;
  readonly catchmentOf: ReadonlyMap<string, number>;
}

export function placeCountries({
  candidates,
  settings,
}: Pick<GeographyPlan, 'candidates' | 'settings'>): Countries {
  const former = createBandFormer(candidates, settings);
  const store = createCatchmentStore(candidates.length);
  const catchmentOf = new Map<string, number>();
  for (const country of COUNTRY_CODES) {
    const point = vectorOf(country);
    if (point !== undefined)
      catchmentOf.set(country, store.add(former.list({ country, point, networks: [] })));
  }
  return { catchments: store.all(), catchmentOf };
}

/** What is expected of a pool with these seats, as its addresses stand. */
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
    for (const [seat, part] of parts.entries()) shares[seat] = (shares[seat] ?? 0) + (people * part) / n;
    const best = Math.max(...parts);
    const leading = [...parts.keys()].filter((seat) => (parts[seat] ?? 0) > best - ALIKE);
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

/** Of seats that have as much as each other, the one that clients are near to; where nobody knows, the first. */
function nearest(
  seats: readonly number[],
  from: Vector | undefined,
  candidates: GeographyPlan['candidates'],
): number | undefined {
  const distance = (seat: number): number => {
    const to = candidates[seat]?.point;
    return from === undefined || to === undefined ? Infinity : distanceKm(from, to);
  };
  let best: number | undefined;
  for (const seat of seats) if (best === undefined || distance(seat) < distance(best)) best = seat;
  return best;
}
