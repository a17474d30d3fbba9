/**
 * Works rows out: from the current state of a catchment's mirrors to which may be answered and how often. A worker does this
 * when a query needs it, so nothing is allocated and nothing sorted.
 */
import { enoughFor, setCap, shareOut } from '../select/shares.js';
import {
  BACKUP_TIER,
  bandSize,
  bandTier,
  catchmentAt,
  catchmentBands,
  catchmentRest,
  isRefusedCatchment,
  membersAt,
  NETWORK_TIER,
} from './catchments.js';
import {
  ADDRESS,
  ADDRESS_STATE,
  addressChanged,
  addressesAt,
  addressState,
  stateOf,
  stateVersion,
} from './pool-state.js';
import { addMember, closeBand, isMarked, mark, type RowDraft } from './row-draft.js';
import { FAILED, REFUSED, ROW, type Rows, rowReach, rowVersion } from './rows.js';
import { firstAddressOf, PANIC, type PoolRules } from './table.js';
import type { Tail } from './tail.js';
import { shareTail } from './tail-shares.js';

/** Works out what the clients of a catchment get. `tail` is that of the pool, if it is a large one. */
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
    // The main thread may have changed the state during the read: see pool-state.ts.
  } while (stateVersion(state, pool.stateAt) !== draft.version);
}

/**
 * Determines which members count as up, and the part of each. If none is up, those that are down are taken, else the new
 * ones; or only the backups among them, if there are any; or none, if the pool's panic action is SERVFAIL.
 */
function findMembers(
  draft: RowDraft,
  pool: PoolRules,
  state: Int32Array,
  catchment: number,
  tail: Tail | undefined,
): void {
  draft.ttl = pool.ttl;
  draft.state = ADDRESS_STATE.UP;
  const { catchments } = pool;
  if (isRefusedCatchment(catchments.words, catchmentAt(catchments, catchment))) {
    answerNobody(draft, pool, REFUSED);
    // This holds whatever the state of the mirrors.
    draft.reach = 0;
    return;
  }
  findThose(draft, pool, state, catchment, ADDRESS_STATE.UP, tail);
  if (draft.shares.n > 0) return;
  const { panic } = pool;
  if (panic === PANIC.BACKUP && findDoubted(draft, pool, state, catchment, true)) return;
  if (findDoubted(draft, pool, state, catchment, false)) {
    if (panic === PANIC.SERVFAIL) answerNobody(draft, pool, FAILED);
    return;
  }
  draft.state = ADDRESS_STATE.UP;
}

/** Takes the members that are down, or else the new ones. Returns whether there are any. */
function findDoubted(
  draft: RowDraft,
  pool: PoolRules,
  state: Int32Array,
  catchment: number,
  backupsAlone: boolean,
): boolean {
  for (draft.state = ADDRESS_STATE.DOWN; draft.state > ADDRESS_STATE.OFF; draft.state--) {
    findThose(draft, pool, state, catchment, draft.state, undefined, backupsAlone);
    if (draft.shares.n > 0) return true;
  }
  return false;
}

/** Makes a row without members, with the reason in place of N. */
function answerNobody(draft: RowDraft, { answers, maxShare }: PoolRules, why: number): void {
  draft.members = 0;
  draft.tailWeight = 0;
  setCap(draft.shares, 0, answers, maxShare, false);
  draft.shares.n = why;
}

/** Lists the members with this state, band by band, until there are enough, and shares the answer out among them. */
function findThose(
  draft: RowDraft,
  pool: PoolRules,
  state: Int32Array,
  catchment: number,
  wanted: number,
  tail: Tail | undefined,
  backupsAlone = false,
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
  let band = 0;
  for (; band < bands && whole < enough && !isExclusive; band++) {
    const tier = bandTier(words, at, band);
    if (tier === BACKUP_TIER) break;
    const end = next + bandSize(words, at, band);
    if (!backupsAlone) whole += addBand(draft, pool, state, copy, next, end, wanted);
    next = end;
    isExclusive = tier === NETWORK_TIER && draft.members > 0;
  }
  const isAll = whole < enough && !isExclusive;
  // If none is up, all were looked at.
  draft.reach = isAll || wanted !== ADDRESS_STATE.UP ? -1 : next - first;
  if (isAll && !backupsAlone && catchmentRest(words, at) > 0) {
    if (tail !== undefined && shareTail(draft, pool, state, copy, catchment, tail)) return;
    addRest(draft, pool, state, copy, catchment, wanted);
  }
  // The raised cap alone is no reason to use backups: the others fill the answer.
  if (isAll && draft.members < answers) {
    for (; band < bands && whole < enough; band++) {
      const end = next + bandSize(words, at, band);
      whole += addBand(draft, pool, state, copy, next, end, wanted);
      next = end;
    }
  }
  setCap(shares, draft.members, answers, maxShare, isExclusive);
  shareOut(shares);
}

/** Adds the band whose members are listed between two words. Returns how many have their whole part. */
function addBand(
  draft: RowDraft,
  pool: PoolRules,
  state: Int32Array,
  copy: number,
  from: number,
  to: number,
  wanted: number,
): number {
  const { words } = pool.catchments;
  const before = draft.members;
  let whole = 0;
  for (let i = from; i < to; i++) whole += addMember(draft, pool, state, copy, words[i] ?? 0, wanted);
  if (draft.members > before) closeBand(draft);
  return whole;
}

/** Adds the last band: all mirrors that the catchment does not name. */
function addRest(
  draft: RowDraft,
  pool: PoolRules,
  state: Int32Array,
  copy: number,
  catchment: number,
  wanted: number,
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
    addMember(draft, pool, state, copy, candidate, wanted);
  }
  marks.fill(0, 0, (candidates >> 5) + 1);
  if (draft.members > before) closeBand(draft);
}

/** Whether a row of an older version is still valid: none of the members that were looked at for it has changed since. */
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
      // Versions may have wrapped around.
      if (((changed - since) | 0) > 0) return false;
    }
  }
  if (stateVersion(state, pool.stateAt) !== version) return false;
  words[row + ROW.VERSION] = version;
  return true;
}

/**
 * The number of the address to answer for a mirror that has several: one of those with the mirror's own state, each equally
 * likely if `choice` is uniform from 0 up to but excluding 1.
 */
export function addressOf(pool: PoolRules, state: Int32Array, candidate: number, choice: number): number {
  const { stateAt, catchments } = pool;
  const addresses = firstAddressOf(pool, catchments.candidates);
  const copy = addressesAt(stateAt, stateVersion(state, stateAt), addresses);
  const first = firstAddressOf(pool, candidate);
  const end = firstAddressOf(pool, candidate + 1);
  let best: number = ADDRESS_STATE.OFF;
  let count = 0;
  for (let address = first; address < end; address++) {
    const own = addressStateAt(state, copy, address);
    if (own > best) {
      best = own;
      count = 1;
    } else if (own === best) count++;
  }
  let left = Math.floor(choice * count);
  for (let address = first; address < end; address++) {
    if (addressStateAt(state, copy, address) === best && left-- === 0) return address;
  }
  return first;
}

function addressStateAt(state: Int32Array, copy: number, address: number): number {
  return stateOf(addressState(state, copy + address * ADDRESS.WORDS));
}
