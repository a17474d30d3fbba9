/**
 * How fast a mirror sends: from the first octets of a body to the last, so that how far it is away counts for little.
 * Pure; the clock is the caller's.
 */

import type { Speed } from '../zone/http-probe-keys.js';
import { formatSize } from '../zone/sizes.js';
import type { ProbeFailure } from './probe-error.js';

export interface Meter {
  /** More octets, at a time in milliseconds; true when the sample is full. */
  add(octets: number, at: number): boolean;
  /** Octets in all. */
  octets(): number;
  /** Octets a second until `at`, or until the last came where it is left out; undefined where nothing came. */
  rate(at?: number): number | undefined;
  /** Whether by `at` a mirror of the least rate would have sent half of the sample: enough to judge one that has not. */
  settled(at: number): boolean;
}

export function createMeter({ sample, minRate }: Speed): Meter {
  let total = 0;
  /** What came first came before it could be measured. */
  let first: { readonly at: number; readonly octets: number } | undefined;
  let last = 0;
  return {
    add(octets, at) {
      total += octets;
      first ??= { at, octets };
      last = at;
      return total >= sample;
    },
    octets: () => total,
    rate(at = last) {
      if (first === undefined) return undefined;
      // All in one piece is too fast to tell: at least that much in a tenth of a millisecond.
      if (total === first.octets && at === first.at) return Math.round(total * 10_000);
      return Math.round(((total - first.octets) * 1000) / Math.max(0.1, at - first.at));
    },
    settled: (at) => first !== undefined && ((at - first.at) * minRate) / 1000 >= sample / 2,
  };
}

/** What is wrong with a rate; undefined where it is fast enough. */
export function tooSlow(
  rate: number | undefined,
  octets: number,
  { minRate }: Speed,
): ProbeFailure | undefined {
  if (rate === undefined) return { error: `the body is empty, so that its rate can't be measured` };
  if (rate >= minRate) return undefined;
  return {
    error: `too slow: ${formatSize(rate)}/s over ${formatSize(octets)}, expected at least ${formatSize(minRate)}/s`,
    // A pause of this process would look the same.
    fault: 'unclear',
  };
}
