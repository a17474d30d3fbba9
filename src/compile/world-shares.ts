/**
 * Shares of the world: which part of a pool's whole expected traffic each mirror gets, and the factors on weight and cap
 * with which no mirror exceeds its limit. Rows are worked out for each catchment by the functions that workers use, and
 * weighted by the number of clients in it.
 *
 * All factors begin at 1. Each is multiplied by limit / part again and again, but never rises above 1. A mirror's part grows
 * with its own factor, at most in proportion, and shrinks as the others' factors grow. So the factors settle at the greatest
 * ones with which all limits hold: the same ones on every name server with the same verdicts and databases.
 */
import { ADDRESS, poolStateWords, writePoolState } from '../answer/pool-state.js';
import { newRowDraft } from '../answer/row-draft.js';
import { firstAddressOf, type PoolRules } from '../answer/table.js';
import { draftRow } from '../answer/work-out.js';

export interface WorldQuestion {
  readonly rules: Omit<PoolRules, 'stateAt'>;
  /** The state of its addresses, as `setAddress` writes it. */
  readonly words: Int32Array;
  /** By catchment: its part of all clients (catchment-weights.ts). */
  readonly clients: Float64Array;
  /** By member: the largest part of the traffic that it may get, above 0, at most 1. */
  readonly limits: ArrayLike<number>;
}

export interface ShareFactors {
  /** By member: above 0, at most 1. */
  readonly factors: Float64Array;
  /** By member: its part of the pool's expected traffic with these factors, to a thousandth. */
  readonly parts: Float64Array;
}

/** Parts are accurate to this. */
export const TOLERANCE = 0.001;
/** Parts that change by less than this have settled. */
const SETTLED = TOLERANCE / 4;
/** The part of clients that may be ignored. They are in the smallest catchments, which are most of all catchments. */
const LEFT_OUT = TOLERANCE;
const MOST_STEPS = 100;
/** A mirror with a smaller factor gets only what no other mirror can take. */
const NEXT_TO_NOTHING = TOLERANCE / 4;
/** How often limits that can't be kept are raised. Keeping the raised ones may put pressure on others. */
const MOST_RAISES = 2;

/** Finds the factors. If limits can't be kept, they are exceeded by as little as possible, each in the same proportion. */
export function shareWorld(question: WorldQuestion): ShareFactors {
  const partsWith = partsByFactors(question);
  const wanted = Float64Array.from(question.limits);
  let best = settle(partsWith, wanted);
  let limits = wanted;
  let last = best;
  for (let raises = 0; raises < MOST_RAISES && aboveLimits(last.parts, limits).length > 0; raises++) {
    // These members share traffic that no other member can take, whatever the factors. With their limits all raised in
    // proportion, they keep the ratios between the limits as well as they can.
    const excess = aboveLimits(last.parts, limits);
    const sum = (all: Float64Array): number =>
      excess.reduce((total, member) => total + (all[member] ?? 0), 0);
    const more = sum(last.parts) / sum(limits);
    limits = limits.map((limit, member) => (excess.includes(member) ? limit * more : limit));
    last = settle(partsWith, limits);
    if (excessOf(last.parts, wanted) < excessOf(best.parts, wanted) + TOLERANCE) best = last;
  }
  return best;
}

/** The members that exceed their limits. */
function aboveLimits(parts: Float64Array, limits: Float64Array): number[] {
  return [...limits.keys()].filter((member) => (parts[member] ?? 0) > (limits[member] ?? 1) + TOLERANCE);
}

/** The sum of what all members have above their limits. */
function excessOf(parts: Float64Array, limits: Float64Array): number {
  return limits.reduce((sum, limit, member) => sum + Math.max(0, (parts[member] ?? 0) - limit), 0);
}

/**
 * Lowers factors until all limits hold, or until each member above its limit has next to nothing that others could take. Two
 * mirrors that only hand clients to each other must fall far before a third helps out, so while nothing moves, factors fall
 * faster and faster.
 */
function settle(partsWith: (factors: Float64Array) => Float64Array, limits: Float64Array): ShareFactors {
  let factors = new Float64Array(limits.length).fill(1);
  let parts = partsWith(factors);
  for (let step = 0, haste = 1; step < MOST_STEPS; step++) {
    const isDone = (part: number, member: number): boolean => {
      const factor = factors[member] ?? 1;
      const off = part - (limits[member] ?? 1);
      return off > TOLERANCE ? factor < NEXT_TO_NOTHING : off > -TOLERANCE || factor === 1;
    };
    if (parts.every(isDone)) break;
    factors = factors.map((factor, member) => {
      const ratio = (limits[member] ?? 1) / Math.max(parts[member] ?? 0, TOLERANCE ** 2);
      return Math.min(1, factor * (ratio < 1 ? Math.max(1 / 8, ratio ** haste) : ratio));
    });
    const before = parts;
    parts = partsWith(factors);
    const isMoving = parts.some((part, member) => Math.abs(part - (before[member] ?? 0)) > SETTLED);
    haste = isMoving ? 1 : haste * 2;
  }
  return { factors, parts };
}

/** Returns a function from factors, by member, to each member's part of the traffic. */
function partsByFactors({ rules, words, clients }: WorldQuestion): (factors: Float64Array) => Float64Array {
  const { candidates } = rules.catchments;
  const pool: PoolRules = { ...rules, stateAt: 0 };
  const state = new Int32Array(poolStateWords(words.length / ADDRESS.WORDS));
  const written = words.slice();
  const draft = newRowDraft(candidates);
  const counted = most(clients);
  return (factors) => {
    for (let member = 0; member < candidates; member++) {
      const end = firstAddressOf(pool, member + 1);
      for (let address = firstAddressOf(pool, member); address < end; address++) {
        const at = address * ADDRESS.WORDS + ADDRESS.FACTOR;
        written[at] = Math.max(1, Math.round((words[at] ?? 0) * (factors[member] ?? 1)));
      }
    }
    writePoolState(state, 0, written, false);
    const parts = new Float64Array(candidates);
    let all = 0;
    for (const catchment of counted) {
      draftRow(draft, pool, state, catchment);
      const { n, probability } = draft.shares;
      // Clients there get no addresses: they are refused, or told of a failure.
      if (n <= 0) continue;
      const weight = clients[catchment] ?? 0;
      all += weight;
      for (let i = 0; i < draft.members; i++) {
        const member = draft.candidates[i] ?? 0;
        parts[member] = (parts[member] ?? 0) + (weight * (probability[i] ?? 0)) / n;
      }
    }
    return all === 0 ? parts : parts.map((part) => part / all);
  };
}

/** The heaviest catchments, which together have nearly all clients, the heaviest first. */
function most(clients: Float64Array): number[] {
  const sorted = [...clients.keys()].sort((a, b) => (clients[b] ?? 0) - (clients[a] ?? 0) || a - b);
  let left = 1;
  return sorted.filter((catchment) => {
    const isCounted = left > LEFT_OUT;
    left -= clients[catchment] ?? 0;
    return isCounted;
  });
}
