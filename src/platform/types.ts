/**
 * The few words that every room shares. Nothing here does anything; it only keeps one idea from having two names.
 */

import type { Continent } from './continents.js';

/** The two address families a pool answers in: A records and AAAA records. */
export type Family = 'ipv4' | 'ipv6';

/** Both families, in the order in which they are always shown. */
export const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];

/** What probing says of one address. `unknown` is an address that no probe has judged yet. */
export type Verdict = 'up' | 'down' | 'unknown';

/** What a pool does when its probes say that no mirror is up: answer all enabled ones, backups alone, or SERVFAIL. */
export type PanicAction = 'answer' | 'backup' | 'servfail';

/** A point on the map, in degrees: latitude -90 to 90, longitude -180 to 180. */
export interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/**
 * Where an address is, as far as it is known. There may be a country without a point (a flat country database has no
 * coordinates until the country's own point is filled in), or a point without a country (ships, disputed land).
 */
export interface Location {
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country?: string;
  readonly point?: Point;
}

/** The regions that an address is in besides its country, as far as they are known. */
export interface Region {
  readonly continent?: Continent;
  /** A state, province or the like: ISO 3166-2, upper case, such as US-TX. */
  readonly subdivision?: string;
}
