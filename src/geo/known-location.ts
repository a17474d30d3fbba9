/**
 * What counts as knowing where an address is. Both ways of reading a database use this rule, so that explaining a single
 * address and compiling all of them cannot disagree.
 *
 * The country is the record's `country`, where the address is used. `registered_country` is never used instead: it is where
 * the network is registered, so it would put Cloudflare's 1.1.1.1, which is everywhere, into Australia.
 */

import { pointOfCountry } from '../platform/countries.js';
import type { Location } from '../platform/types.js';

/**
 * The location that a record's fields name. A code that is no country's counts as none (EU, A1 and ZZ occur in older files).
 * Coordinates that are off the map, NaN, or 0, 0 count as none: no clients are there, and databases and programs write it if
 * they do not know. A country without coordinates gets its own point.
 */
export function knownLocation(code: string | undefined, latitude: number, longitude: number): Location {
  const countryPoint = code === undefined ? undefined : pointOfCountry(code);
  const point = isPlace(latitude, longitude) ? { latitude, longitude } : countryPoint;
  if (code === undefined || countryPoint === undefined) return point === undefined ? UNKNOWN : { point };
  return { country: code, point: point ?? countryPoint };
}

/** Nothing is known. */
export const UNKNOWN: Location = Object.freeze({});

/** Whether coordinates are on the map, and not the 0, 0 that stands for unknown. */
export function isPlace(latitude: number, longitude: number): boolean {
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return false;
  return latitude !== 0 || longitude !== 0;
}
