/**
 * The pool that every server is given: six mirrors, or six places with three addresses each where a server can only
 * choose places, so that all of them answer with three addresses by geography.
 */
export interface MirrorSite {
  /** Its country's code, in lower case. */
  readonly country: string;
  readonly latitude: number;
  readonly longitude: number;
  /** Its addresses; a server with mirrors uses the first one. */
  readonly addresses: readonly [string, string, string];
}

export const ZONE_NAME = 'example.org';
export const POOL_NAME = `dl.${ZONE_NAME}`;

const PLACES = [
  ['us', 37.7, -122.4],
  ['de', 52.5, 13.4],
  ['fr', 48.8, 2.3],
  ['jp', 35.6, 139.7],
  ['au', -33.8, 151.2],
  ['br', -23.5, -46.6],
] as const;

export const SIX_MIRRORS: readonly MirrorSite[] = PLACES.map(([country, latitude, longitude], i) => ({
  country,
  latitude,
  longitude,
  addresses: [addressAt(i + 1, 1), addressAt(i + 1, 2), addressAt(i + 1, 3)],
}));

/** The address of a machine in a place; both count from 1. */
export function addressAt(place: number, machine: number): string {
  return `192.0.2.${place * 10 + machine}`;
}

/** A client in Germany, of Deutsche Telekom. */
export const GERMANY = '84.150.0.0';
/** What such a client must be answered, among others, by all of them. */
export const GERMAN_ADDRESS = addressAt(2, 1);

/** What stands in every zone file beside the pool, in the master file format (RFC 1035 §5). */
export const ZONE_HEAD = `@ 3600 SOA ns1.example.org. hostmaster.example.org. 1 7200 1800 259200 900
@ 3600 NS ns1.example.org.
ns1 3600 A 192.0.2.53
`;
