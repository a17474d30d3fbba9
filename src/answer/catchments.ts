/**
 * The bands of all catchments of a geography, in two arrays that threads share: a pool of a thousand mirrors has tens of
 * thousands of catchments, which as objects would take gigabytes and minutes to hand on. Whoever is in no list is in the
 * last band, and costs nothing. Bands of backups are behind the last band for those who read, and among the others here.
 *
 * A catchment is a list of words: how many bands it has but for the last, how many members they have together, how many
 * candidates are in no band, the tier of the last band + 1 (0: there is none), then tier and size of each band, then the
 * members, then those in no band.
 */
import type { Tier } from '../select/band-list.js';

export interface Catchments {
  /** Of the pool. */
  readonly candidates: number;
  /** Where each catchment's words start; one more for the end of the last. */
  readonly starts: Uint32Array;
  readonly words: Uint32Array;
}

/** The words of a catchment. */
export const CATCHMENT = {
  BANDS: 0,
  /** Members of all bands but the last. */
  LISTED: 1,
  /** Candidates in no band. */
  BARRED: 2,
  /** The tier of the last band + 1, or 0; or REFUSED_CLIENTS. */
  REST: 3,
  /** From here on: tier and size of each band, then the members. */
  HEAD: 4,
} as const;

/** In place of the last band: these clients are refused, and there is no band at all. */
export const REFUSED_CLIENTS = 0xffff_ffff;

/** Where the words of a catchment start, and so where those of the one before it end. */
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

/** The tiers by number. */
export const TIERS: readonly Tier[] = ['network', 'order', 'asn', 'country', 'near', 'far', 'backup'];
/** The number of the tier that is exclusive. */
export const NETWORK_TIER = TIERS.indexOf('network');
/** That of backups. */
export const BACKUP_TIER = TIERS.indexOf('backup');

/** How many they are. */
export function catchmentCount({ starts }: Catchments): number {
  return starts.length - 1;
}
