/**
 * Finds the catchment of a client in one geography, and numbers the catchments as they come up.
 */

import type { Catchments } from '../answer/catchments.js';
import type { Location } from '../facts.js';
import { createBandFormer } from '../select/bands.js';
import { toVector } from '../select/distance.js';
import { createCatchmentStore } from './catchment-store.js';
import type { GeographyPlan } from './pool-plan.js';

export interface CatchmentFinder {
  /** The number of the catchment of clients at a location, in an AS (0: none), in networks by their ids (ascending). */
  find(location: Location, asn: number, networks: readonly number[]): number;
  /** The catchments that came up so far. */
  all(): Catchments;
}

export function createCatchmentFinder({ candidates, settings }: GeographyPlan): CatchmentFinder {
  const former = createBandFormer(candidates, settings);
  const named = new Set(candidates.flatMap(({ asn }) => asn));
  const catchments = createCatchmentStore(candidates.length);
  const numbers = new Map<number, number>();
  return {
    all: () => catchments.all(),
    find({ country, point }, asn, networks) {
      const client = {
        country,
        point: point === undefined ? undefined : toVector(point),
        asn: named.has(asn) ? asn : undefined,
        networks,
      };
      const key = former.key(client);
      if (key === undefined) return catchments.add(former.list(client));
      const known = numbers.get(key);
      if (known !== undefined) return known;
      const number = catchments.add(former.list(client));
      numbers.set(key, number);
      return number;
    },
  };
}
