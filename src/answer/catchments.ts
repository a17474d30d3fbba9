/**
 * The bands of all catchments of a geography, in two arrays that threads share. A pool of a thousand mirrors has tens of
 * thousands of catchments; as objects they would take gigabytes, and minutes to hand to another thread. A mirror that is in
 * no list belongs to the last band and takes no space. Backup bands come after the last band in the order of preference, but
 * are stored here with the listed bands.
 *
 * A catchment is a list of words: the number of bands except the last, the number of their members in total, the number of
 * candidates in no band, the tier of the last band + 1 (0: there is none), then tier and size of each band, then the
 * members, then the candidates in no band.
 */
import type { Tier } from '../select/band-list.js';

export interface Catchments {
  /** How many candidates the pool has. */
  readonly candidates: number;
  /** Where the words of each catchment start, plus one entry for the end of the last. */
  readonly starts: Uint32Array;
  readonly words: Uint32Array;
}

/** The words of a catchment. */
export const CATCHMENT = {
  BANDS: 0,
  /** Members of all bands except the last. */
  LISTED: 1,
  /** Candidates in no band. */
  BARRED: 2,
  /** The tier of the last band + 1, or 0; or REFUSED_CLIENTS. */
  REST: 3,
  /** From here on: tier and size of each band, then the members. */
  HEAD: 4,
} as const;

/** In place of the last band's tier: these clients are refused, and the catchment has no bands. */
export const REFUSED_CLIENTS = 0xffff_ffff;

/** Where the words of a catchment start, which is also where those of the previous one end. */
export const catchmentAt = ({ starts }: Catchments, catchment: number): number => starts[catchment] ?? 0;
export const catchmentBands = (words: Uint32Array, at: number): number => words[at + CATCHMENT.BANDS] ?? 0;
export const catchmentRest = (words: Uint32Array, at: number): number => words[at + CATCHMENT.REST] ?? 0;
export const isRefusedCatchment = (words: Uint32Array, at: number): boolean =>
  catchmentRest(words, at) === REFUSED_CLIENTS;
export const bandTier = (words: Uint32Array, at: number, band: number): number =>
  words[at + CATCHMENT.HEAD + 2 * band] ?? 0;
export const bandSize = (words: Uint32Array, at: number, band: number): number =>
  words[at + CATCHMENT.HEAD + 2 * band + 1] ?? 0;
/** Where its first member is. */
export const membersAt = (words: Uint32Array, at: number): number =>
  at + CATCHMENT.HEAD + 2 * catchmentBands(words, at);

/** The tiers, by number. */
export const TIERS: readonly Tier[] = ['network', 'order', 'asn', 'country', 'near', 'far', 'backup'];
/** The number of the exclusive tier. */
export const NETWORK_TIER = TIERS.indexOf('network');
/** The number of the backup tier. */
export const BACKUP_TIER = TIERS.indexOf('backup');

export function catchmentCount({ starts }: Catchments): number {
  return starts.length - 1;
}
