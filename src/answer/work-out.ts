/**
 * Works rows out: from how the mirrors of a catchment stand now to who may be answered and how often. A worker does it as a
 * query needs it, so nothing is allocated and nothing sorted.
 */
import { below, type Random } from '../random.js';
import { enoughFor, setCap, shareOut } from '../select/shares.js';
import {
  bandSize,
  bandTier,
  catchmentAt,
  catchmentBands,
  catchmentRest,
  membersAt,
  NETWORK_TIER,
} from './catchments.js';
import {
  ADDRESS,
  addressChanged,
  addressesAt,
  addressState,
  STANDING,
  standingOf,
  stateVersion,
} from './pool-state.js';
import { addMember, closeBand, isMarked, mark, type RowDraft } from './row-draft.js';
import { ROW, type Rows, rowReach, rowVersion } from './rows.js';
import { firstAddressOf, type PoolRules } from './table.js';
import type { Tail } from './tail.js';
import { shareTail } from './tail-shares.js';

/** Works out what the clients of a catchment get; `tail` is that of the pool, if it is a large one. */
export function draftRow(
  draft: RowDraft,
  pool: PoolRules,
  state: Int32Array,
  catchment: number,
  tail?: Tail,
): void {
  do {
    draft.version = stateVersion(state, pool.stateAt);
    findMembers(draft, pool, state, catchment, tail);
    // While it was read, the main thread may have written it anew: see pool-state.ts.
  } while (stateVersion(state, pool.stateAt) !== draft.version);
}

/** Finds who counts as up, and gives each its part: where nobody is up, the down ones are taken, then the new ones. */
function findMembers(
  draft: RowDraft,
  pool: PoolRules,
  state: Int32Array,
  catchment: number,
  tail: Tail | undefined,
): void {
  draft.ttl = pool.ttl;
  draft.standing = STANDING.UP;
  findThose(draft, pool, state, catchment, STANDING.UP, tail);
  if (draft.shares.n > 0) return;
  for (draft.standing = STANDING.DOWN; draft.standing > STANDING.OFF; draft.standing--) {
    findThose(draft, pool, state, catchment, draft.standing, undefined);
    if (draft.shares.n > 0) return;
  }
  draft.standing = STANDING.UP;
}

/** Lists those who stand so, band by band, until there are enough, and shares the answer out among them. */
function findThose(
  draft: RowDraft,
  pool: PoolRules,
  state: Int32Array,
  catchment: number,
  standing: number,
  tail: Tail | undefined,
): void {
  const { shares } = draft;
  const { answers, maxShare, catchments } = pool;
  const { words } = catchments;
  const at = catchmentAt(catchments, catchment);
  const bands = catchmentBands(words, at);
  const first = membersAt(words, at);
  const copy = addressesAt(pool.stateAt, draft.version, firstAddressOf(pool, catchments.candidates));
  const enough = enoughFor(answers, maxShare);
  draft.members = 0;
  draft.tailWeight = 0;
  shares.bands = 0;
  shares.isPartial = false;
  let whole = 0;
  let next = first;
  let isExclusive = false;
  for (let band = 0; band < bands && whole < enough && !isExclusive; band++) {
    const end = next + bandSize(words, at, band);
    const before = draft.members;
    for (; next < end; next++) whole += addMember(draft, pool, state, copy, words[next] ?? 0, standing);
    if (draft.members === before) continue;
    closeBand(draft);
    isExclusive = bandTier(words, at, band) === NETWORK_TIER;
  }
  const isAll = whole < enough && !isExclusive;
  // To find nobody up takes a look at everybody.
  draft.reach = isAll || standing !== STANDING.UP ? -1 : next - first;
  if (isAll && catchmentRest(words, at) > 0) {
    if (tail !== undefined && shareTail(draft, pool, state, copy, catchment, tail)) return;
    addRest(draft, pool, state, copy, catchment, standing);
  }
  setCap(shares, draft.members, answers, maxShare, isExclusive);
  shareOut(shares);
}

/** The last band: everybody whom the catchment does not name. */
function addRest(
  draft: RowDraft,
  pool: PoolRules,
  state: Int32Array,
  copy: number,
  catchment: number,
  standing: number,
): void {
  const { marks } = draft;
  const { candidates, words } = pool.catchments;
  const end = catchmentAt(pool.catchments, catchment + 1);
  for (let i = membersAt(words, catchmentAt(pool.catchments, catchment)); i < end; i++) {
    mark(marks, words[i] ?? 0);
  }
  const before = draft.members;
  for (let candidate = 0; candidate < candidates; candidate++) {
    if (isMarked(marks, candidate)) continue;
    addMember(draft, pool, state, copy, candidate, standing);
  }
  marks.fill(0, 0, (candidates >> 5) + 1);
  if (draft.members > before) closeBand(draft);
}

/** Whether a row of an older version still holds: none of the members that it looked at has changed since. */
export function stillHolds(
  { words }: Rows,
  row: number,
  pool: PoolRules,
  state: Int32Array,
  catchment: number,
): boolean {
  const reach = rowReach(words, row);
  if (reach < 0) return false;
  const { catchments } = pool;
  const since = rowVersion(words, row);
  const version = stateVersion(state, pool.stateAt);
  const copy = addressesAt(pool.stateAt, version, firstAddressOf(pool, catchments.candidates));
  const first = membersAt(catchments.words, catchmentAt(catchments, catchment));
  for (let i = first; i < first + reach; i++) {
    const candidate = catchments.words[i] ?? 0;
    const end = firstAddressOf(pool, candidate + 1);
    for (let address = firstAddressOf(pool, candidate); address < end; address++) {
      const changed = addressChanged(state, copy + address * ADDRESS.WORDS);
      // Versions may have gone round.
      if (((changed - since) | 0) > 0) return false;
    }
  }
  if (stateVersion(state, pool.stateAt) !== version) return false;
  words[row + ROW.VERSION] = version;
  return true;
}

/** The number of the address to answer for a mirror that has several: one of those that stand as it does, by chance. */
export function addressOf(pool: PoolRules, state: Int32Array, candidate: number, random: Random): number {
  const { stateAt, catchments } = pool;
  const addresses = firstAddressOf(pool, catchments.candidates);
  const copy = addressesAt(stateAt, stateVersion(state, stateAt), addresses);
  const first = firstAddressOf(pool, candidate);
  const end = firstAddressOf(pool, candidate + 1);
  let best: number = STANDING.OFF;
  let count = 0;
  for (let address = first; address < end; address++) {
    const own = standingAt(state, copy, address);
    if (own > best) {
      best = own;
      count = 1;
    } else if (own === best) count++;
  }
  let left = below(random, count);
  for (let address = first; address < end; address++) {
    if (standingAt(state, copy, address) === best && left-- === 0) return address;
  }
  return first;
}

function standingAt(state: Int32Array, copy: number, address: number): number {
  return standingOf(addressState(state, copy + address * ADDRESS.WORDS));
}
