/**
 * Pools larger than anybody's, and zones more than anybody has, made up by a fixed seed: mirrors lie around the places
 * of the six, where people live.
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

/** Zone files, by name, with so many mirrors in the pool of each: elsewhere in each, or all in the same places. */
export function manyZones(
  count: number,
  mirrors: number,
  where: 'elsewhere' | 'same',
): Record<string, string> {
  const random = seededRandom(count);
  const places = where === 'same' ? Array.from({ length: mirrors }, (_, i) => near(random, i)) : [];
  const files: Record<string, string> = {};
  for (let number = 0; number < count; number++) {
    const lines = Array.from({ length: mirrors }, (_, i) => {
      const each = number * mirrors + i;
      return mirrorLine(each, places[i] ?? near(random, each));
    });
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
    const place = near(random, i);
    if (i % Math.floor(mirrors / watched) !== 0) return mirrorLine(i, place);
    const client = `10.0.${listing.length}.0`;
    listing.push({ name: `${zone}/m${i}`, address: mirrorAddress(i), client });
    return mirrorLine(i, place, `, networks: [${client}/24]`);
  });
  return { zones: { [`${zone}.yaml`]: zoneText(zone, 'dl', lines, pool) }, watched: listing };
}

/** A place around one of the six. */
function near(random: Random, number: number): string {
  const { latitude, longitude } = SIX_MIRRORS[number % SIX_MIRRORS.length] ?? { latitude: 0, longitude: 0 };
  const around = (degrees: number): string => (degrees + (random() * 2 - 1) * AROUND).toFixed(2);
  return `{ latitude: ${around(latitude)}, longitude: ${around(longitude)} }`;
}

function mirrorLine(number: number, place: string, more = ''): string {
  return `m${number}: { addresses: [${mirrorAddress(number)}], location: ${place}${more} }`;
}

/** In 198.18.0.0/15, which is for benchmarks (RFC 2544). */
function mirrorAddress(number: number): string {
  return `198.${18 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
}
