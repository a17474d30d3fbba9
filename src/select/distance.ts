/**
 * The distance between two points of the earth. Points become unit vectors once, so that the hundreds of millions of pairs
 * that a compilation looks at cost three subtractions and no trigonometry, and so that the poles and the antimeridian
 * are places like any other. The earth is taken as a sphere: the error is at most half a percent, far below that of a
 * location database.
 */
import type { Point } from '../platform/types.js';

/** The mean radius R1 of the GRS 80 ellipsoid, (2a + b) / 3 (H. Moritz, Geodetic Reference System 1980), in km. */
export const EARTH_RADIUS_KM = 6371.0088;

/** Half of the circumference: nothing is farther. */
const FARTHEST_KM = Math.PI * EARTH_RADIUS_KM;

/** A point on the unit sphere, relative to the centre of the earth. */
export interface Vector {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** The unit vector of a point in degrees. */
export function toVector(point: Point): Vector {
  const latitude = (point.latitude * Math.PI) / 180;
  const longitude = (point.longitude * Math.PI) / 180;
  const ring = Math.cos(latitude);
  return { x: ring * Math.cos(longitude), y: ring * Math.sin(longitude), z: Math.sin(latitude) };
}

/**
 * The great-circle distance in km, 0 to 20015.12: 2R · asin(c / 2), c being the straight line through the earth
 * between the two. Accurate to nanometres for near points and to 0.2 m for antipodes.
 */
export function distanceKm(a: Vector, b: Vector): number {
  return kmOfSquaredChord((a.x - b.x) ** 2 + (a.y - b.y) ** 2 + (a.z - b.z) ** 2);
}

/** The distance in km for the square of a chord in squared earth radii; Infinity stays Infinity. */
export function kmOfSquaredChord(square: number): number {
  if (square === Infinity) return Infinity;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(square) / 2));
}

/**
 * The inverse, for comparing squares instead of distances: the largest square of a chord that spans at most `km`. Half of
 * the circumference or more gives a number above every square between two points; Infinity stays Infinity.
 */
export function squaredChordOfKm(km: number): number {
  if (km === Infinity) return Infinity;
  if (km >= FARTHEST_KM) return 5;
  return (2 * Math.sin(km / (2 * EARTH_RADIUS_KM))) ** 2;
}
