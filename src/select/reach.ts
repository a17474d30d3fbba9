/**
 * How wide a band is. The rule has its own file because it is all that `near_km`, one of the two numbers that operators set,
 * affects.
 */

/**
 * Mirrors whose distances differ by up to a metre are equally near. Two mirrors in one hall are, and so must be the same
 * point computed in different ways; no location database is more accurate than a kilometre.
 */
export const TIE_KM = 0.001;

/** From this `near_km` on, distance plays no part at all, not even whether a mirror's place is known. */
export const NO_GEOGRAPHY_KM = 20_000;

/**
 * The distance in km up to which mirrors share a band with the nearest one, which is `nearest` km away (Infinity if its
 * place is unknown): max(1.5 × d, d + near_km); if `nearKm` is 0, only those equally near.
 */
export function reachKm(nearest: number, nearKm: number): number {
  if (nearKm >= NO_GEOGRAPHY_KM) return Infinity;
  const reach = nearKm === 0 ? nearest : Math.max(1.5 * nearest, nearest + nearKm);
  return reach + TIE_KM;
}
