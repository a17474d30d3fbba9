/**
 * Turns a draft into a row: probabilities become integers, and members are put into their order. Each one sets a bit at its
 * place in the order, which is the same in all rows; sorting would take longer than everything else.
 */
import { startWalk, UNIT } from '../select/draw.js';
import { NEGLIGIBLE } from '../select/shares.js';
import { mark, type RowDraft } from './row-draft.js';
import { makeRoom, ROW, type Rows, rowN, rowSum } from './rows.js';
import { firstAddressOf, type PoolRules } from './table.js';
import type { Tail } from './tail.js';
import { listSkips } from './tail-shares.js';

/**
 * Writes the draft as the row of an owner, in place of the one at `row` (0: there was none). Returns where it is. The
 * running sum of the members' parts is rounded, not each part: each is then accurate to one unit of UNIT, and the total is
 * exact.
 */
export function layRow(
  draft: RowDraft,
  rows: Rows,
  row: number,
  owner: number,
  pool: PoolRules,
  tail?: Tail,
): number {
  const { shares, members, marks, memberAt, ranks, candidates } = draft;
  const { probability, n } = shares;
  let drawn = 0;
  for (let member = 0; member < members; member++) {
    if ((probability[member] ?? 0) < NEGLIGIBLE) continue;
    const rank = ranks[member] ?? 0;
    mark(marks, rank);
    memberAt[rank] = member;
    drawn++;
  }
  const skips = tail === undefined || draft.tailWeight === 0 ? 0 : listSkips(draft, tail);
  const at = makeRoom(rows, row, owner, 2 * (drawn + skips));
  if (at < 0) return at;
  const { words } = rows;
  if (rowN(words, at) !== n) startWalk(words, at + ROW.WALK);
  words[at + ROW.VERSION] = draft.version;
  words[at + ROW.REACH] = draft.reach;
  words[at + ROW.N] = n;
  words[at + ROW.TTL] = draft.ttl;
  words[at + ROW.MEMBERS] = drawn;
  let next = at + ROW.PAIRS;
  let exact = 0;
  let sum = 0;
  for (let word = 0; word <= pool.catchments.candidates >> 5; word++) {
    for (let bits = marks[word] ?? 0; bits !== 0; bits &= bits - 1) {
      const member = memberAt[(word << 5) + 31 - Math.clz32(bits & -bits)] ?? 0;
      exact += probability[member] ?? 0;
      // No member may have more than UNIT, or it would be in an answer twice.
      sum = Math.min(sum + UNIT, Math.round(exact * UNIT));
      words[next] = sum;
      const candidate = candidates[member] ?? 0;
      const first = firstAddressOf(pool, candidate);
      words[next + 1] = firstAddressOf(pool, candidate + 1) - first === 1 ? first : ~candidate;
      next += 2;
    }
    marks[word] = 0;
  }
  if (draft.tailWeight === 0) fillUp(words, at, drawn, n * UNIT - sum);
  words[at + ROW.TAIL] = draft.tailWeight === 0 ? 0 : n * UNIT - sum;
  words[at + ROW.TAIL_WEIGHT] = draft.tailWeight;
  words[at + ROW.SKIPS] = skips;
  for (let i = 0; i < skips; i++) {
    words[next + i] = draft.skips[i] ?? 0;
    words[next + skips + i] = draft.skipSums[i] ?? 0;
  }
  return at;
}

/** Gives what rounding has left over to the last members that have room for it. */
function fillUp(words: Int32Array, row: number, members: number, missing: number): void {
  let left = missing;
  for (let i = members - 1; i >= 0 && left > 0; i--) {
    const before = i === 0 ? 0 : rowSum(words, row, i - 1);
    const more = Math.min(left, UNIT - (rowSum(words, row, i) - before));
    // The sums of all later members grow by the same amount.
    for (let j = i; j < members; j++) words[row + ROW.PAIRS + 2 * j] = rowSum(words, row, j) + more;
    left -= more;
  }
}
