/**
 * The bands of all catchments of a geography, in two arrays that threads share: a pool of a thousand mirrors has tens of
 * thousands of catchments, which as objects would take gigabytes and minutes to hand on. Whoever is in no list is in the
 * last band, and costs nothing.
 *
 * A catchment is a list of words: how many bands it has but for the last, how many members they have together, how many
 * candidates are in no band, the tier of the last band + 1 (0: there is none), then tier and size of each band, then the
 * members, then those in no band.
 */
import type { Tier } from '../select/bands.js';

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
  /** The tier of the last band + 1, or 0. */
  REST: 3,
  /** From here on: tier and size of each band, then the members. */
  HEAD: 4,
} as const;

/** Where the words of a catchment start, and so where those of the one before it end. */
export const catchmentAt = ({ starts }: Catchments, catchment: number): number => starts[catchment] ?? 0;
export const catchmentBands = (words: Uint32Array, at: number): number => words[at + CATCHMENT.BANDS] ?? 0;
export const catchmentRest = (words: Uint32Array, at: number): number => words[at + CATCHMENT.REST] ?? 0;
export const bandTier = (words: Uint32Array, at: number, band: number): number =>
  words[at + CATCHMENT.HEAD + 2 * band] ?? 0;
export const bandSize = (words: Uint32Array, at: number, band: number): number =>
  words[at + CATCHMENT.HEAD + 2 * band + 1] ?? 0;
/** Where its first member is. */
export const membersAt = (words: Uint32Array, at: number): number =>
  at + CATCHMENT.HEAD + 2 * catchmentBands(words, at);

/** The tiers by number. */
export const TIERS: readonly Tier[] = ['network', 'asn', 'country', 'near', 'far'];
/** The number of the tier that is exclusive. */
export const NETWORK_TIER = TIERS.indexOf('network');

/** How many they are. */
export function catchmentCount({ starts }: Catchments): number {
  return starts.length - 1;
}
