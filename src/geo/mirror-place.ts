/**
 * Where a mirror is. The operator knows better than any database (they are wrong for some mirrors). What the operator leaves
 * out is filled in only if that does not contradict what was stated.
 */

import type { Address } from '../ip/address.js';
import { specialBlockOf } from '../ip/special-purpose.js';
import { pointOfCountry } from '../platform/countries.js';
import type { Location } from '../platform/types.js';
import type { StatedLocation } from '../zone/model.js';
import { UNKNOWN } from './known-location.js';

export interface MirrorPlace {
  readonly location: Location;
  /** Where its point comes from: the operator, the database, the country's own point, or nowhere. */
  readonly source: 'stated' | 'database' | 'country' | 'unknown';
}

/**
 * Places a mirror.
 * - If coordinates are stated, it is there. A country that is not stated is taken from the database if its point is within
 *   about 200 km of the stated one. Otherwise it has none, since an operator may state only coordinates because the database
 *   has the wrong country.
 * - If only a country is stated: the database's point if it is in that country, else the country's own.
 * - If nothing is stated: where the database says.
 * The database is asked for the first IPv4 address, and for the first IPv6 one if there is none or it is not known. As with
 * clients, it is not asked about special-purpose addresses: registries list private networks under one country or another.
 */
export function placeMirror(
  stated: StatedLocation,
  addresses: readonly Address[],
  lookup: (address: Address) => Location,
): MirrorPlace {
  const { country, latitude, longitude } = stated;
  if (latitude !== undefined && longitude !== undefined) {
    const point = { latitude, longitude };
    if (country !== undefined) return { location: { country, point }, source: 'stated' };
    const found = locateFirst(addresses, lookup);
    const agrees = found.country !== undefined && found.point !== undefined && isClose(point, found.point);
    return { location: agrees ? { country: found.country, point } : { point }, source: 'stated' };
  }
  const found = locateFirst(addresses, lookup);
  if (country === undefined) return { location: found, source: found.point ? 'database' : 'unknown' };
  if (found.country === country && found.point) return { location: found, source: 'database' };
  const point = pointOfCountry(country);
  return point === undefined
    ? { location: { country }, source: 'unknown' }
    : { location: { country, point }, source: 'country' };
}

function locateFirst(addresses: readonly Address[], lookup: (address: Address) => Location): Location {
  for (const family of ['ipv4', 'ipv6'] as const) {
    const address = addresses.find((one) => one.family === family && specialBlockOf(one) === undefined);
    const location = address === undefined ? UNKNOWN : lookup(address);
    if (location.point !== undefined || location.country !== undefined) return location;
  }
  return UNKNOWN;
}

/** Whether two points are within about 200 km: 1.8 degrees of latitude, on a plane, which suffices at that size. */
function isClose(a: NonNullable<Location['point']>, b: NonNullable<Location['point']>): boolean {
  const north = a.latitude - b.latitude;
  const turn = Math.abs(a.longitude - b.longitude);
  const east = Math.min(turn, 360 - turn) * Math.cos((((a.latitude + b.latitude) / 2) * Math.PI) / 180);
  return Math.hypot(north, east) <= 1.8;
}
