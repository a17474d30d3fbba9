/**
 * The grid over which very many geographies share one map, and over which very large pools are worked out.
 */
import type { Location } from '../facts.js';
import type { GeographyPlan } from './pool-plan.js';

/** As many different geographies have maps of their own, as long as none has more mirrors than that. */
const SEPARATE_MAPS = 16;
const SEPARATE_MIRRORS = 2048;

/**
 * Whether these geographies share a map over the grid: where they are many, their maps would take gigabytes; where one has
 * thousands of mirrors, nearly every place in a database would be a catchment.
 */
export function usesGrid(plans: readonly Pick<GeographyPlan, 'candidates'>[]): boolean {
  return plans.length > SEPARATE_MAPS || plans.some(({ candidates }) => candidates.length > SEPARATE_MIRRORS);
}

/** Squares of the grid in a degree: half a degree is 56 km, so a location moves by 40 km at the most, at the equator. */
const PER_DEGREE = 2;

/** The middle of the square that a location is in; its country stays. */
export function roundToGrid({ country, point }: Location): Location {
  const round = (degrees: number): number => (Math.floor(degrees * PER_DEGREE) + 0.5) / PER_DEGREE;
  return {
    ...(country !== undefined && { country }),
    ...(point !== undefined && {
      // The poles and the antimeridian are the far ends of their last squares, not the start of others.
      point: {
        latitude: Math.min(round(point.latitude), 90),
        longitude: Math.min(round(point.longitude), 180),
      },
    }),
  };
}
