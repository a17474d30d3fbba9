/**
 * What counts as knowing where an address is. One rule for both ways of reading a database, so that explaining a single
 * address and compiling all of them can't disagree.
 *
 * The country is the record's `country`, where the address is used. `registered_country` is never taken in its place:
 * it is where the network's paperwork is, so it would put Cloudflare's 1.1.1.1, which is everywhere, into Australia.
 */

import { pointOfCountry } from '../platform/countries.js';
import type { Location } from '../platform/types.js';

/**
 * The location that a record's fields name. A code that is no country's is none (EU, A1 and ZZ occur in older files).
 * Coordinates that are off the map, NaN, or 0, 0 are none: nobody lives there, and it is what databases and programs
 * write when they don't know. A country without coordinates gets its own point.
 */
export function knownLocation(code: string | undefined, latitude: number, longitude: number): Location {
  const countryPoint = code === undefined ? undefined : pointOfCountry(code);
  const point = isPlace(latitude, longitude) ? { latitude, longitude } : countryPoint;
  if (code === undefined || countryPoint === undefined) return point === undefined ? UNKNOWN : { point };
  return { country: code, point: point ?? countryPoint };
}

/** Nothing is known. */
export const UNKNOWN: Location = Object.freeze({});

/** Whether coordinates are on the map, and not what is written for want of better. */
export function isPlace(latitude: number, longitude: number): boolean {
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return false;
  return latitude !== 0 || longitude !== 0;
}
