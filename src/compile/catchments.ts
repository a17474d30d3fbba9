/**
 * Finds the catchment of a client in one geography, and numbers the catchments as they come up.
 */
import type { Location } from '../facts.js';
import { type Band, createBandFormer } from '../select/bands.js';
import { toVector } from '../select/distance.js';
import type { GeographyPlan } from './pool-plan.js';

export interface CatchmentFinder {
  /** The number of the catchment of clients at a location, in an AS (0: none), in networks by their ids (ascending). */
  find(location: Location, asn: number, networks: readonly number[]): number;
  /** The bands of each catchment that came up so far. */
  readonly catchments: readonly (readonly Band[])[];
}

export function createCatchmentFinder({ candidates, settings }: GeographyPlan): CatchmentFinder {
  const former = createBandFormer(candidates, settings);
  const named = new Set(candidates.flatMap(({ asn }) => asn));
  const catchments: (readonly Band[])[] = [];
  const numbers = new Map<string | number, number>();
  return {
    catchments,
    find({ country, point }, asn, networks) {
      const client = {
        country,
        point: point === undefined ? undefined : toVector(point),
        asn: named.has(asn) ? asn : undefined,
        networks,
      };
      const key = former.key(client);
      const known = numbers.get(key);
      if (known !== undefined) return known;
      numbers.set(key, catchments.length);
      catchments.push(former.bands(client));
      return catchments.length - 1;
    },
  };
}
