/** Slow start and factors as the oracle of shares has them: sorted, with allocation, and plain. */
import { GROWN } from '../../../src/select/slow-start.js';

export interface GrowingShares {
  /** The members of each band, the nearest first. */
  readonly bands: readonly (readonly number[])[];
  /** By candidate. */
  readonly weights: readonly number[];
  /** By candidate, above 0, at most 10: its step, times its factor. */
  readonly growth: readonly number[];
  readonly cap: number;
  /** What is to be shared out; at most the cap times the members. */
  readonly n: number;
}

/** Less than this is rounding. */
const CRUMB = 1e-12;

/** Shares n out band by band, each mirror by what has grown of its weight and cap, and what is missing then up to all of the cap. */
export function growingShares({ bands, weights, growth, cap, n }: GrowingShares): Float64Array {
  const probability = new Float64Array(weights.length);
  const grown = (member: number): number => (growth[member] ?? GROWN) / GROWN;
  let missing = n;
  for (const part of [grown, () => 1]) {
    for (const members of bands) {
      if (missing < CRUMB) return probability;
      const room = (member: number): number => cap * part(member) - (probability[member] ?? 0);
      missing = pour(missing, members, (member) => (weights[member] ?? 0) * grown(member), room, probability);
    }
  }
  return probability;
}

/** Shares `missing` inside one band by weight, nobody beyond their room; gives what does not fit. */
function pour(
  missing: number,
  members: readonly number[],
  weightOf: (member: number) => number,
  roomOf: (member: number) => number,
  probability: Float64Array,
): number {
  // Whoever has least room for their weight is full first, and leaves the rest to the others: one walk settles it.
  const open = members
    .map((member) => ({ member, weight: weightOf(member), room: Math.max(0, roomOf(member)) }))
    .sort((a, b) => b.room / b.weight - a.room / a.weight);
  const totals: number[] = [];
  open.reduce((sum, { weight }, i) => {
    totals[i] = sum + weight;
    return sum + weight;
  }, 0);
  let left = missing;
  for (let i = open.length - 1; i >= 0; i--) {
    const last = open[i];
    const total = totals[i] ?? 0;
    if (last === undefined) continue;
    if (left * last.weight < last.room * total) {
      for (const { member, weight } of open.slice(0, i + 1)) {
        probability[member] = (probability[member] ?? 0) + (left * weight) / total;
      }
      return 0;
    }
    probability[last.member] = (probability[last.member] ?? 0) + last.room;
    left -= last.room;
  }
  return left;
}
