/**
 * The grid over which very many geographies share one map.
 */
import type { Location } from '../facts.js';

/** As many different geographies have maps of their own. */
const SEPARATE_MAPS = 16;

/** Whether so many different geographies share one map over the grid. */
export function usesGrid(geographies: number): boolean {
  return geographies > SEPARATE_MAPS;
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
