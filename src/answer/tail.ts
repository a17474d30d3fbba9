/**
 * The last band of a large pool. It is everybody whom a catchment does not name, thousands of mirrors, and what each gets
 * goes by its weight alone: so the running sums of all weights serve every catchment, and a row has no more than how much of
 * the answer the band is to give, and who is not in it, since the catchment names them or they have their cap. Without that a
 * row of a pool of 10,000 mirrors would take 80 kB and half a millisecond.
 *
 *     point of the row ─ scale ─▶ place among those in the band ─ skip who is not ─▶ place among all ─▶ member
 */
import { GROWN } from '../select/slow-start.js';
import {
  ADDRESS,
  ADDRESS_STATE,
  addressesAt,
  addressFactor,
  addressState,
  addressTtl,
  growthStepOf,
  rankOf,
  stateOf,
  WHOLE,
} from './pool-state.js';
import { ROW, rowMembers, rowSkips, rowTail, rowTailWeight } from './rows.js';
import { firstAddressOf, type PoolRules } from './table.js';

/** Pools of more candidates than this have a tail. */
export const TAIL_FROM = 512;
/** The weights of all members together. */
export const TAIL_WEIGHT = 2 ** 31;

/** The members of a pool that are up and have their whole weight, in their order. */
export interface Tail {
  /** The version of the pool's state that this is true for. */
  version: number;
  /** By place in the order: which candidate is there, and the running sum of weights up to and with it, of TAIL_WEIGHT. */
  readonly candidates: Uint32Array;
  readonly sums: Float64Array;
  /** By candidate: its place. */
  readonly ranks: Uint32Array;
  /** How many members there are, and what a weight of 1 is here. */
  members: number;
  unit: number;
  /** Those who are up and do not have their whole weight, and how many. */
  readonly partial: Uint32Array;
  partials: number;
  /** The least TTL of all addresses that are not off. */
  ttl: number;
}

/** Room for a pool of so many candidates. */
export function newTail(candidates: number): Tail {
  const words = (): Uint32Array => new Uint32Array(candidates);
  return {
    version: 0,
    candidates: words(),
    sums: new Float64Array(candidates),
    ranks: words(),
    members: 0,
    unit: 0,
    partial: words(),
    partials: 0,
    ttl: 0,
  };
}

/** Brings the tail to a version of its pool's state. */
export function updateTail(tail: Tail, pool: PoolRules, state: Int32Array, version: number): void {
  const { catchments, weights } = pool;
  const { candidates, sums, ranks } = tail;
  const count = catchments.candidates;
  const copy = addressesAt(pool.stateAt, version, firstAddressOf(pool, count));
  tail.version = version;
  tail.members = 0;
  tail.partials = 0;
  tail.ttl = pool.ttl;
  for (let candidate = 0; candidate < count; candidate++) {
    let growth = 0;
    let factor = WHOLE;
    let word = 0;
    const end = firstAddressOf(pool, candidate + 1);
    for (let i = firstAddressOf(pool, candidate); i < end; i++) {
      const at = copy + i * ADDRESS.WORDS;
      word = addressState(state, at);
      if (stateOf(word) === ADDRESS_STATE.OFF) continue;
      tail.ttl = Math.min(tail.ttl, addressTtl(state, at));
      if (stateOf(word) !== ADDRESS_STATE.UP || growthStepOf(word) <= growth) continue;
      growth = growthStepOf(word);
      factor = addressFactor(state, at);
    }
    const rank = rankOf(word);
    const isMember = growth === GROWN && factor === WHOLE;
    ranks[candidate] = rank;
    candidates[rank] = candidate;
    sums[rank] = isMember ? (weights[candidate] ?? 0) : 0;
    if (isMember) tail.members++;
    else if (growth > 0) tail.partial[tail.partials++] = candidate;
  }
  let sum = 0;
  for (let rank = 0; rank < count; rank++) {
    sum += sums[rank] ?? 0;
    sums[rank] = sum;
  }
  tail.unit = sum === 0 ? 0 : TAIL_WEIGHT / sum;
  for (let rank = 0; rank < count; rank++) sums[rank] = Math.round((sums[rank] ?? 0) * tail.unit);
}

/** The weight of who is at a place in the order; 0 where it is no member. */
export function weightAt({ sums }: Tail, rank: number): number {
  return (sums[rank] ?? 0) - (rank === 0 ? 0 : (sums[rank - 1] ?? 0));
}

/**
 * The candidate at a point of a row that is `beyond` its listed members. Each point leads to a place among the weights of
 * those in the band; and behind each who is not in it, places move on by its weight.
 */
export function tailMember(
  { sums, candidates }: Tail,
  words: Int32Array,
  row: number,
  beyond: number,
): number {
  const units = rowTail(words, row);
  const weight = rowTailWeight(words, row);
  const skips = rowSkips(words, row);
  const first = row + ROW.PAIRS + 2 * rowMembers(words, row);
  let place = Math.floor((beyond * weight) / units);
  let low = 0;
  let high = skips;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((words[first + middle] ?? 0) >>> 0 > place) high = middle;
    else low = middle + 1;
  }
  if (low > 0) place += (words[first + skips + low - 1] ?? 0) >>> 0;
  low = 0;
  high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sums[middle] ?? 0) > place) high = middle;
    else low = middle + 1;
  }
  return candidates[low] ?? 0;
}
