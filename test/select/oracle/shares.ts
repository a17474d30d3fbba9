/**
 * How often each mirror is in a client's answer. Near mirrors get all that they may, weight counts at every distance, and
 * nobody gets more than the cap; what comes out is an inclusion probability for every mirror, and they sum to n, the
 * number of addresses in an answer.
 */

import { growingShares } from './growing-shares.js';
import type { UpBand } from './up-bands.js';

export interface ShareQuestion {
  /** The bands as health has left them: those members that are up, no empty band. */
  readonly bands: readonly UpBand[];
  /** By candidate; above 0 for all that are in a band. */
  readonly weights: readonly number[];
  /** Addresses in an answer, at least 1. */
  readonly answers: number;
  /** By candidate, 1 to 10, where some came back a short while ago. */
  readonly growth?: readonly number[];
  /** The largest part of a client's downloads for one mirror, above 0, at most 1. */
  readonly maxShare: number;
}

export interface Shares {
  /** How many addresses an answer has. */
  readonly n: number;
  /** The largest inclusion probability that any mirror may have here. */
  readonly cap: number;
  /** Whether so few are left that the wanted cap, n × maxShare, can't be kept; `cap` is then the least that can. */
  readonly raised: boolean;
  /** By candidate: how likely it is in an answer; 0 for those in no band. They sum to n. */
  readonly probability: Float64Array;
}

/** Less than this is rounding, not a probability: it must not reach the next band and get a card there. */
const CRUMB = 1e-12;

/**
 * Shares n = min(answers, mirrors left) out to the mirrors, band by band. Where the network band is among the bands it
 * takes all and knows no cap but 1. No bands: n is 0.
 */
export function inclusion({ bands, weights, answers, maxShare, growth }: ShareQuestion): Shares {
  const exclusive = bands[0]?.tier === 'network';
  const counted = exclusive ? bands.slice(0, 1) : bands;
  const k = counted.reduce((sum, { members }) => sum + members.length, 0);
  const n = Math.min(answers, k);
  const probability = new Float64Array(weights.length);
  if (k === 0) return { n, cap: 0, raised: false, probability };
  const cap = exclusive ? 1 : Math.min(1, Math.max(n * maxShare, n / k));
  const raised = !exclusive && 1 / k > maxShare;
  if (growth !== undefined) {
    const members = counted.map((band) => band.members);
    return { n, cap, raised, probability: growingShares({ bands: members, weights, growth, cap, n }) };
  }
  let missing = n;
  for (const { members } of counted) {
    missing = pour(missing, members, weights, cap, probability);
    if (missing < CRUMB) break;
  }
  return { n, cap, raised, probability };
}

/** Shares `missing` inside one band by weight, nobody above `cap`; gives what does not fit. */
function pour(
  missing: number,
  members: readonly number[],
  weights: readonly number[],
  cap: number,
  probability: Float64Array,
): number {
  if (missing > cap * members.length - CRUMB) {
    for (const member of members) probability[member] = cap;
    return missing - cap * members.length;
  }
  // The heaviest reach the cap first, and what each leaves behind goes to all lighter ones: one walk settles it.
  const weightOf = (member: number): number => weights[member] ?? 0;
  const lightest = [...members].sort((a, b) => weightOf(a) - weightOf(b));
  let sum = 0;
  const totals = lightest.map((member) => {
    sum += weightOf(member);
    return sum;
  });
  let left = missing;
  for (let i = lightest.length - 1; i >= 0; i--) {
    const heaviest = lightest[i] ?? 0;
    const total = totals[i] ?? 0;
    if (left * weightOf(heaviest) > cap * total) {
      probability[heaviest] = cap;
      left -= cap;
      continue;
    }
    for (const member of lightest.slice(0, i + 1)) {
      probability[member] = Math.min(cap, (left * weightOf(member)) / total);
    }
    break;
  }
  return 0;
}
