/**
 * How fast a mirror sends, measured from the first octets of a body to the last, so that distance matters little. Pure;
 * the caller supplies the time.
 */

import type { Speed } from '../zone/http-probe-keys.js';
import { formatSize } from '../zone/sizes.js';
import type { ProbeFailure } from './probe-error.js';

export interface Meter {
  /** Adds octets that arrived at a time in milliseconds; returns true when the sample is full. */
  add(octets: number, at: number): boolean;
  /** Octets in all. */
  octets(): number;
  /** Octets per second until `at`, or until the last octets arrived if it is left out; undefined if nothing arrived. */
  rate(at?: number): number | undefined;
  /** Whether a mirror at the minimum rate would have sent half of the sample by `at`: enough to judge a slower one. */
  settled(at: number): boolean;
}

export function createMeter({ sample, minRate }: Speed): Meter {
  let total = 0;
  /** The first octets start the clock, so they are not part of the rate. */
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
      // One piece is too fast to measure: it counts as received within a tenth of a millisecond.
      if (total === first.octets && at === first.at) return Math.round(total * 10_000);
      return Math.round(((total - first.octets) * 1000) / Math.max(0.1, at - first.at));
    },
    settled: (at) => first !== undefined && ((at - first.at) * minRate) / 1000 >= sample / 2,
  };
}

/** What is wrong with a rate; undefined if it is fast enough. */
export function tooSlow(
  rate: number | undefined,
  octets: number,
  { minRate }: Speed,
): ProbeFailure | undefined {
  if (rate === undefined) return { error: `the body is empty, so that its rate can't be measured` };
  if (rate >= minRate) return undefined;
  return {
    error: `too slow: ${formatSize(rate)}/s over ${formatSize(octets)}, expected at least ${formatSize(minRate)}/s`,
    // A stall of this process would look the same.
    fault: 'unclear',
  };
}
