/**
 * How wide a band is. The rule stands alone because `near_km`, one of the two numbers that operators set, is nothing
 * but this.
 */

/**
 * Mirrors whose distances differ by up to a metre are equally near. Two mirrors in one hall are, and the same point
 * reached by different arithmetic must be; no location database knows better than a kilometre.
 */
export const TIE_KM = 0.001;

/** From this `near_km` on distance plays no part at all, not even whether a mirror's place is known. */
export const NO_GEOGRAPHY_KM = 20_000;

/**
 * The distance in km up to which mirrors share a band with the nearest one, which is `nearest` km away (Infinity where
 * its place is unknown): max(1.5 × d, d + near_km), and with `nearKm` 0 only those exactly as near.
 */
export function reachKm(nearest: number, nearKm: number): number {
  if (nearKm >= NO_GEOGRAPHY_KM) return Infinity;
  const reach = nearKm === 0 ? nearest : Math.max(1.5 * nearest, nearest + nearKm);
  return reach + TIE_KM;
}
