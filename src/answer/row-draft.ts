/**
 * A row while it is worked out: which mirrors may be answered to the clients of a catchment, band by band, and with what
 * weight. One draft serves all rows of a worker, so that working them out allocates nothing.
 */
import { newShares, type Shares } from '../select/shares.js';
import { GROWN } from '../select/slow-start.js';
import {
  ADDRESS,
  ADDRESS_STATE,
  addressFactor,
  addressState,
  addressTtl,
  growthStepOf,
  rankOf,
  stateOf,
  WHOLE,
} from './pool-state.js';
import { firstAddressOf, type PoolRules } from './table.js';

/** The state of the work until it is written as a row; reused for the next one. */
export interface RowDraft {
  readonly shares: Shares;
  /** By member, in the order of bands: its candidate, and its place in the members' order. */
  readonly candidates: Uint32Array;
  readonly ranks: Uint32Array;
  /** A bit for each candidate, or for each place in the order. All bits are 0 between uses. */
  readonly marks: Uint32Array;
  /** By place in the order: the member. */
  readonly memberAt: Uint32Array;
  members: number;
  /** Of the tail, if the row has one: its weight, the places that it skips (a bit each), and the lists as in ROW. */
  tailWeight: number;
  readonly skipped: Uint32Array;
  readonly skips: Uint32Array;
  readonly skipSums: Uint32Array;
  /** As in ROW. */
  version: number;
  reach: number;
  ttl: number;
  /** The ADDRESS_STATE that counts as up: other than UP if none of this client's candidates is up. */
  state: number;
}

/** A draft for pools of up to this many candidates. */
export function newRowDraft(candidates: number): RowDraft {
  const numbers = (): Uint32Array => new Uint32Array(candidates);
  return {
    shares: newShares(candidates),
    candidates: numbers(),
    ranks: numbers(),
    marks: new Uint32Array((candidates >> 5) + 1),
    memberAt: numbers(),
    members: 0,
    tailWeight: 0,
    skipped: new Uint32Array((candidates >> 5) + 1),
    skips: numbers(),
    skipSums: numbers(),
    version: 0,
    reach: 0,
    ttl: 0,
    state: ADDRESS_STATE.UP,
  };
}

/** Sets a bit. */
export function mark(marks: Uint32Array, bit: number): void {
  marks[bit >> 5] = (marks[bit >> 5] ?? 0) | (1 << (bit & 31));
}

export function isMarked(marks: Uint32Array, bit: number): boolean {
  return ((marks[bit >> 5] ?? 0) & (1 << (bit & 31))) !== 0;
}

/** Makes a band of the members since the last one. */
export function closeBand({ shares, members }: RowDraft): void {
  shares.bands++;
  shares.starts[shares.bands] = members;
}

/**
 * Adds a candidate if its state is `wanted`. A mirror has the state of its best address, and the step of slow start of the
 * one among those that has been back longest. Returns 1 if it is added with its whole part, else 0.
 */
export function addMember(
  draft: RowDraft,
  pool: PoolRules,
  state: Int32Array,
  copy: number,
  candidate: number,
  wanted: number,
): number {
  const first = firstAddressOf(pool, candidate);
  const end = firstAddressOf(pool, candidate + 1);
  let best = 0;
  let at = copy + first * ADDRESS.WORDS;
  let word = 0;
  let factor = WHOLE;
  for (let address = first; address < end; address++, at += ADDRESS.WORDS) {
    word = addressState(state, at);
    if (stateOf(word) === ADDRESS_STATE.OFF) continue;
    draft.ttl = Math.min(draft.ttl, addressTtl(state, at));
    const both = (stateOf(word) << 4) | growthStepOf(word);
    if (both <= best) continue;
    best = both;
    factor = addressFactor(state, at);
  }
  if (best >>> 4 !== wanted) return 0;
  const { shares, members } = draft;
  const part = wanted === ADDRESS_STATE.UP ? ((best & 0xf) * factor) / (GROWN * WHOLE) : 1;
  draft.candidates[members] = candidate;
  draft.ranks[members] = rankOf(word);
  shares.weights[members] = pool.weights[candidate] ?? 0;
  shares.parts[members] = part;
  draft.members = members + 1;
  if (part === 1) return 1;
  shares.isPartial = true;
  return 0;
}
