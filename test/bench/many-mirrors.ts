/**
 * Pools larger than anybody's, and zones more than anybody has, made up by a fixed seed: mirrors lie around the places
 * of the six, where people live, each pool's elsewhere.
 */
import { type Random, seededRandom } from '../../src/platform/random.js';
import { zoneText } from './servers/geopool.js';
import { SIX_MIRRORS } from './six-mirrors.js';

/** Degrees around a place. */
const AROUND = 12;

/** Every zone's name has as many digits, so that all queries are of one length; # stands for them. */
export const ZONE_PATTERN = 'z####.example';
export const POOL_PATTERN = `dl.${ZONE_PATTERN}`;

export function numberedName(pattern: string, number: number): string {
  return pattern.replace('####', String(number).padStart(4, '0'));
}

/** A mirror whose verdict is looked for in the answers to a client, which show it at once where they are sent to it alone. */
export interface WatchedMirror {
  /** As an operator calls it. */
  readonly name: string;
  readonly address: string;
  /** The first address of the client's /24, or `random` for clients anywhere. */
  readonly client: string;
}

/** Zone files, by name, with so many mirrors in the pool of each. */
export function manyZones(count: number, mirrors: number): Record<string, string> {
  const random = seededRandom(count);
  const files: Record<string, string> = {};
  for (let number = 0; number < count; number++) {
    const lines = Array.from({ length: mirrors }, (_, i) => mirrorLine(random, number * mirrors + i));
    const zone = numberedName(ZONE_PATTERN, number);
    files[`${zone}.yaml`] = zoneText(zone, 'dl', lines);
  }
  return files;
}

/** One zone file with a pool of so many mirrors, with more keys; `watched` of them list a client's network. */
export function largePool(
  mirrors: number,
  watched: number,
  pool = '',
): { readonly zones: Record<string, string>; readonly watched: readonly WatchedMirror[] } {
  const random = seededRandom(mirrors);
  const zone = numberedName(ZONE_PATTERN, 0);
  const listing: WatchedMirror[] = [];
  const lines = Array.from({ length: mirrors }, (_, i) => {
    if (i % Math.floor(mirrors / watched) !== 0) return mirrorLine(random, i);
    const client = `10.0.${listing.length}.0`;
    listing.push({ name: `${zone}/m${i}`, address: mirrorAddress(i), client });
    return mirrorLine(random, i, `, networks: [${client}/24]`);
  });
  return { zones: { [`${zone}.yaml`]: zoneText(zone, 'dl', lines, pool) }, watched: listing };
}

function mirrorLine(random: Random, number: number, more = ''): string {
  const { latitude, longitude } = SIX_MIRRORS[number % SIX_MIRRORS.length] ?? { latitude: 0, longitude: 0 };
  const near = (degrees: number): string => (degrees + (random() * 2 - 1) * AROUND).toFixed(2);
  const location = `{ latitude: ${near(latitude)}, longitude: ${near(longitude)} }`;
  return `m${number}: { addresses: [${mirrorAddress(number)}], location: ${location}${more} }`;
}

/** In 198.18.0.0/15, which is for benchmarks (RFC 2544). */
function mirrorAddress(number: number): string {
  return `198.${18 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
}
