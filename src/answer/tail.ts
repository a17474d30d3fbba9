/**
 * The last band of a large pool. It consists of all mirrors that a catchment does not name, thousands of them, and each
 * one's part depends on its weight alone. So the running sums of all weights serve every catchment. A row only needs to know
 * how much of the answer the band gives, and which mirrors are not in it because the catchment names them or they reach
 * their cap. Without that, a row of a pool of 10,000 mirrors would take 80 kB and half a millisecond.
 *
 *     point of the row ─ scale ─▶ place among the band's members ─ skip the others ─▶ place among all ─▶ member
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
/** The sum of the weights of all members. */
export const TAIL_WEIGHT = 2 ** 31;

/** The members of a pool that are up and have their whole weight, in their order. */
export interface Tail {
  /** The version of the pool's state that this is valid for. */
  version: number;
  /** By place in the order: the candidate there, and the running sum of weights up to its own, of TAIL_WEIGHT. */
  readonly candidates: Uint32Array;
  readonly sums: Float64Array;
  /** By candidate: its place. */
  readonly ranks: Uint32Array;
  /** How many members there are, and what a weight of 1 is in units of the sums. */
  members: number;
  unit: number;
  /** The candidates that are up but do not have their whole weight, and how many there are. */
  readonly partial: Uint32Array;
  partials: number;
  /** The lowest TTL of all addresses that are not off. */
  ttl: number;
}

/** A tail for a pool of this many candidates. */
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

/** Updates the tail to a version of its pool's state. */
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

/** The weight of the candidate at a place in the order; 0 if it is not a member. */
export function weightAt({ sums }: Tail, rank: number): number {
  return (sums[rank] ?? 0) - (rank === 0 ? 0 : (sums[rank - 1] ?? 0));
}

/**
 * The candidate at a point of a row that is `beyond` its listed members. A point is scaled to a place among the weights of
 * the band's members. Each skipped member before it moves the place on by its weight.
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
