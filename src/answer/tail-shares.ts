/**
 * Shares an answer out if the last band is a tail (tail.ts), and determines which members of the tail are skipped.
 */
import { NEGLIGIBLE, type Shares, setCap, shareBands } from '../select/shares.js';
import { catchmentAt, membersAt } from './catchments.js';
import { ADDRESS_STATE } from './pool-state.js';
import { addMember, isMarked, mark, type RowDraft } from './row-draft.js';
import type { PoolRules } from './table.js';
import { TAIL_WEIGHT, type Tail, updateTail, weightAt } from './tail.js';

/**
 * Shares the answer out in a pool whose last band is its tail. Of that band it lists only members that do not have their
 * whole weight, and members that reach their cap. Returns false, and leaves the draft as it was, if the tail cannot take
 * what is missing, or has too few members for an answer.
 */
export function shareTail(
  draft: RowDraft,
  pool: PoolRules,
  state: Int32Array,
  copy: number,
  catchment: number,
  tail: Tail,
): boolean {
  const { shares, skipped, members: listed } = draft;
  const { words } = pool.catchments;
  const { bands } = shares;
  if (tail.version !== draft.version) updateTail(tail, pool, state, draft.version);
  draft.ttl = Math.min(draft.ttl, tail.ttl);
  skipped.fill(0);
  let inTail = tail.members;
  let weight = TAIL_WEIGHT;
  const end = catchmentAt(pool.catchments, catchment + 1);
  for (let i = membersAt(words, catchmentAt(pool.catchments, catchment)); i < end; i++) {
    const rank = tail.ranks[words[i] ?? 0] ?? 0;
    mark(skipped, rank);
    if (weightAt(tail, rank) > 0) inTail--;
    weight -= weightAt(tail, rank);
  }
  for (let i = 0; i < tail.partials; i++) {
    const candidate = tail.partial[i] ?? 0;
    if (isMarked(skipped, tail.ranks[candidate] ?? 0)) continue;
    addMember(draft, pool, state, copy, candidate, ADDRESS_STATE.UP);
  }
  const partials = draft.members;
  // Then backups must fill the answer, after the listed members.
  if (partials + inTail < pool.answers) return unshared(draft, listed, bands);
  setCap(shares, partials + inTail, pool.answers, pool.maxShare, false);
  shares.probability.fill(0, 0, partials);
  let left = shareBands(shares, shares.n, false);
  // Members that reach their cap leave more to the others, round by round, as in `shareOut`.
  let heaviest = 0;
  let isFilling = left > NEGLIGIBLE;
  while (isFilling) {
    isFilling = false;
    let total = weight;
    for (let i = listed; i < partials; i++) {
      if ((shares.probability[i] ?? 0) === 0) total += partialWeight(shares, i, tail);
    }
    if (total <= 0) break;
    const scale = left / total;
    for (let i = listed; i < partials; i++) {
      const room = shares.cap * (shares.parts[i] ?? 0);
      if ((shares.probability[i] ?? 0) > 0 || partialWeight(shares, i, tail) * scale < room) continue;
      shares.probability[i] = room;
      left -= room;
      isFilling = true;
    }
    for (; heaviest < pool.byWeight.length; heaviest++) {
      const candidate = pool.byWeight[heaviest] ?? 0;
      const rank = tail.ranks[candidate] ?? 0;
      if (weightAt(tail, rank) === 0 || isMarked(skipped, rank)) continue;
      if (weightAt(tail, rank) * scale < shares.cap * NEARLY) break;
      addMember(draft, pool, state, copy, candidate, ADDRESS_STATE.UP);
      shares.probability[draft.members - 1] = shares.cap;
      mark(skipped, rank);
      weight -= weightAt(tail, rank);
      inTail--;
      left -= shares.cap;
      isFilling = true;
    }
    if (!isFilling) {
      for (let i = listed; i < partials; i++) {
        if (shares.probability[i] === 0) shares.probability[i] = partialWeight(shares, i, tail) * scale;
      }
    }
  }
  if (left > NEGLIGIBLE && inTail <= 0) return unshared(draft, listed, bands);
  draft.tailWeight = left > NEGLIGIBLE ? weight : 0;
  return true;
}

/** Restores the draft. */
function unshared(draft: RowDraft, listed: number, bands: number): false {
  draft.members = listed;
  draft.shares.bands = bands;
  return false;
}

/** A member with this part of its cap gets all of it: rounding must not give any member more. */
const NEARLY = 1 - 2 ** -20;

/** The weight of a member that does not have its whole weight, in the tail's units. */
function partialWeight({ weights, parts }: Shares, member: number, { unit }: Tail): number {
  return (weights[member] ?? 0) * (parts[member] ?? 0) * unit;
}

/** Lists the skips of the tail. Returns how many there are. */
export function listSkips({ skipped, skips, skipSums }: RowDraft, tail: Tail): number {
  let count = 0;
  let before = 0;
  for (let word = 0; word < skipped.length; word++) {
    for (let bits = skipped[word] ?? 0; bits !== 0; bits &= bits - 1) {
      const rank = (word << 5) + 31 - Math.clz32(bits & -bits);
      const weight = weightAt(tail, rank);
      if (weight === 0) continue;
      skips[count] = (tail.sums[rank] ?? 0) - weight - before;
      before += weight;
      skipSums[count] = before;
      count++;
    }
  }
  return count;
}
