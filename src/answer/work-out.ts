/**
 * Works rows out: from how the mirrors of a catchment stand now to running sums that answers are drawn from. A worker does
 * it as a query needs it, so nothing is allocated and nothing sorted: members come into their order by a mark each.
 */

import { below, type Random } from '../random.js';
import { startWalk, UNIT } from '../select/draw.js';
import { CRUMB, enoughFor, newShares, type Shares, setCap, shareBands, shareOut } from '../select/shares.js';
import { CATCHMENT, type Catchments, NETWORK_TIER } from './catchments.js';
import {
  ADDRESS,
  addressesAt,
  growthOf,
  rankOf,
  STANDING,
  standingOf,
  stateVersion,
  WHOLE,
} from './pool-state.js';
import { makeRoom, ROW, type Rows } from './rows.js';
import { TAIL_WEIGHT, type Tail, updateTail, weightAt } from './tail.js';

/** What of a pool decides its rows. */
export interface PoolRules {
  readonly catchments: Catchments;
  /** The most addresses in an answer, and the largest part of a client's downloads for one mirror. */
  readonly answers: number;
  readonly maxShare: number;
  /** Seconds. */
  readonly ttl: number;
  /** By candidate; and the candidates, the heaviest first. */
  readonly weights: Float64Array;
  readonly byWeight: Uint32Array;
  /** By candidate, the number of its first address; one more for the end of the last. */
  readonly firstAddress: Uint32Array;
  /** Where its state is. */
  readonly stateAt: number;
}

/** What is worked out, until it is a row; used again for the next. */
export interface RowDraft {
  readonly shares: Shares;
  /** By member, in the order of bands: which candidate it is, and its place in the members' order. */
  readonly candidates: Uint32Array;
  readonly ranks: Uint32Array;
  /** A bit for each candidate, or place in the order; zeros in between. */
  readonly marks: Uint32Array;
  /** By place in the order. */
  readonly memberAt: Uint32Array;
  members: number;
  /** Of the tail, where the row has one: its weight, who is skipped by place in the order, and as ROW has it. */
  tailWeight: number;
  readonly skipped: Uint32Array;
  readonly skips: Uint32Array;
  readonly skipSums: Uint32Array;
  /** As in ROW. */
  version: number;
  reach: number;
  ttl: number;
  /** STANDING of those who count as up: another than UP where none of this client's candidates is. */
  standing: number;
}

const WHOLE_GROWTH = 10;

/** Room for pools of so many candidates. */
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
    standing: STANDING.UP,
  };
}

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
  const at = catchments.starts[catchment] ?? 0;
  const bands = words[at + CATCHMENT.BANDS] ?? 0;
  const first = at + CATCHMENT.HEAD + 2 * bands;
  const copy = addressesAt(pool.stateAt, draft.version, pool.firstAddress[catchments.candidates] ?? 0);
  const enough = enoughFor(answers, maxShare);
  draft.members = 0;
  draft.tailWeight = 0;
  shares.bands = 0;
  shares.isPartial = false;
  let whole = 0;
  let next = first;
  let isExclusive = false;
  for (let band = 0; band < bands && whole < enough && !isExclusive; band++) {
    const end = next + (words[at + CATCHMENT.HEAD + 2 * band + 1] ?? 0);
    const before = draft.members;
    for (; next < end; next++) whole += addMember(draft, pool, state, copy, words[next] ?? 0, standing);
    if (draft.members === before) continue;
    closeBand(draft);
    isExclusive = words[at + CATCHMENT.HEAD + 2 * band] === NETWORK_TIER;
  }
  const isAll = whole < enough && !isExclusive;
  // To find nobody up takes a look at everybody.
  draft.reach = isAll || standing !== STANDING.UP ? -1 : next - first;
  if (isAll && (words[at + CATCHMENT.REST] ?? 0) > 0) {
    if (tail !== undefined && shareTail(draft, pool, state, copy, catchment, tail)) return;
    addRest(draft, pool, state, copy, catchment, standing);
  }
  setCap(shares, draft.members, answers, maxShare, isExclusive);
  shareOut(shares);
}

/**
 * Shares the answer out in a pool whose last band is its tail: lists of that band only who does not have its whole weight,
 * and who has its cap. Gives false, and all is as it was, where that does not do: the tail can't take what is missing.
 */
function shareTail(
  draft: RowDraft,
  pool: PoolRules,
  state: Int32Array,
  copy: number,
  catchment: number,
  tail: Tail,
): boolean {
  const { shares, skipped, members: listed } = draft;
  const { starts, words } = pool.catchments;
  const { bands } = shares;
  if (tail.version !== draft.version) updateTail(tail, pool, state, draft.version);
  draft.ttl = Math.min(draft.ttl, tail.ttl);
  const at = starts[catchment] ?? 0;
  skipped.fill(0);
  let inTail = tail.members;
  let weight = TAIL_WEIGHT;
  for (
    let i = at + CATCHMENT.HEAD + 2 * (words[at + CATCHMENT.BANDS] ?? 0);
    i < (starts[catchment + 1] ?? 0);
    i++
  ) {
    const rank = tail.ranks[words[i] ?? 0] ?? 0;
    mark(skipped, rank);
    if (weightAt(tail, rank) > 0) inTail--;
    weight -= weightAt(tail, rank);
  }
  for (let i = 0; i < tail.partials; i++) {
    const candidate = tail.partial[i] ?? 0;
    if (isMarked(skipped, tail.ranks[candidate] ?? 0)) continue;
    addMember(draft, pool, state, copy, candidate, STANDING.UP);
  }
  const partials = draft.members;
  setCap(shares, partials + inTail, pool.answers, pool.maxShare, false);
  shares.probability.fill(0, 0, partials);
  let left = shareBands(shares, shares.n, false);
  // Full ones leave the others more, round by round, as in `shareOut`.
  let heaviest = 0;
  let isFilling = left > CRUMB;
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
      addMember(draft, pool, state, copy, candidate, STANDING.UP);
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
  if (left > CRUMB && inTail <= 0) {
    draft.members = listed;
    shares.bands = bands;
    return false;
  }
  draft.tailWeight = left > CRUMB ? weight : 0;
  return true;
}

/** Whoever has that much of the cap has the cap: rounding must not give anybody more. */
const NEARLY = 1 - 2 ** -20;

/** What a member that does not have its whole weight counts with, as the tail counts. */
function partialWeight({ weights, parts }: Shares, member: number, { unit }: Tail): number {
  return (weights[member] ?? 0) * (parts[member] ?? 0) * unit;
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
  const { candidates, starts, words } = pool.catchments;
  const at = starts[catchment] ?? 0;
  const end = starts[catchment + 1] ?? 0;
  for (let i = at + CATCHMENT.HEAD + 2 * (words[at + CATCHMENT.BANDS] ?? 0); i < end; i++) {
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

function mark(marks: Uint32Array, bit: number): void {
  marks[bit >> 5] = (marks[bit >> 5] ?? 0) | (1 << (bit & 31));
}

function isMarked(marks: Uint32Array, bit: number): boolean {
  return ((marks[bit >> 5] ?? 0) & (1 << (bit & 31))) !== 0;
}

function closeBand({ shares, members }: RowDraft): void {
  shares.bands++;
  shares.starts[shares.bands] = members;
}

/**
 * Adds a candidate where it stands so: a mirror stands as its best address does, and has grown as far as the one of those
 * that has been back for longest. Gives 1 where it is added and has its whole part.
 */
function addMember(
  draft: RowDraft,
  { weights, firstAddress }: PoolRules,
  state: Int32Array,
  copy: number,
  candidate: number,
  standing: number,
): number {
  const first = firstAddress[candidate] ?? 0;
  const end = firstAddress[candidate + 1] ?? 0;
  let best = 0;
  let at = copy + first * ADDRESS.WORDS;
  let word = 0;
  let factor = WHOLE;
  for (let address = first; address < end; address++, at += ADDRESS.WORDS) {
    word = Atomics.load(state, at + ADDRESS.STATE);
    if (standingOf(word) === STANDING.OFF) continue;
    draft.ttl = Math.min(draft.ttl, Atomics.load(state, at + ADDRESS.TTL));
    const both = (standingOf(word) << 4) | growthOf(word);
    if (both <= best) continue;
    best = both;
    factor = Atomics.load(state, at + ADDRESS.FACTOR);
  }
  if (best >>> 4 !== standing) return 0;
  const { shares, members } = draft;
  const growth = standing === STANDING.UP ? best & 0xf : WHOLE_GROWTH;
  const part = growth / WHOLE_GROWTH;
  draft.candidates[members] = candidate;
  draft.ranks[members] = rankOf(word);
  shares.weights[members] = ((weights[candidate] ?? 0) * factor) / WHOLE;
  shares.parts[members] = part;
  draft.members = members + 1;
  if (part === 1) return 1;
  shares.isPartial = true;
  return 0;
}

/**
 * Writes the draft down as the row of an owner, in place of the one at `row` (0: there was none); gives where it is. The
 * members' parts are rounded as their running sum goes, so that each is right to one of UNIT, and all together exactly.
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
  const { firstAddress } = pool;
  let drawn = 0;
  for (let member = 0; member < members; member++) {
    if ((probability[member] ?? 0) < CRUMB) continue;
    const rank = ranks[member] ?? 0;
    mark(marks, rank);
    memberAt[rank] = member;
    drawn++;
  }
  const skips = tail === undefined || draft.tailWeight === 0 ? 0 : listSkips(draft, tail);
  const at = makeRoom(rows, row, owner, 2 * (drawn + skips));
  if (at < 0) return at;
  const { words } = rows;
  if (words[at + ROW.N] !== n) startWalk(words, at + ROW.WALK);
  words[at + ROW.VERSION] = draft.version;
  words[at + ROW.REACH] = draft.reach;
  words[at + ROW.N] = n;
  words[at + ROW.TTL] = draft.ttl;
  words[at + ROW.MEMBERS] = drawn;
  let next = at + ROW.SUMS;
  let exact = 0;
  let sum = 0;
  for (let word = 0; word <= pool.catchments.candidates >> 5; word++) {
    for (let bits = marks[word] ?? 0; bits !== 0; bits &= bits - 1) {
      const member = memberAt[(word << 5) + 31 - Math.clz32(bits & -bits)] ?? 0;
      exact += probability[member] ?? 0;
      // Nobody has more than UNIT, or it would be in an answer twice.
      sum = Math.min(sum + UNIT, Math.round(exact * UNIT));
      words[next] = sum;
      const candidate = candidates[member] ?? 0;
      const first = firstAddress[candidate] ?? 0;
      words[next + drawn] = (firstAddress[candidate + 1] ?? 0) - first === 1 ? first : ~candidate;
      next++;
    }
    marks[word] = 0;
  }
  if (draft.tailWeight === 0) fillUp(words, at + ROW.SUMS, drawn, n * UNIT - sum);
  words[at + ROW.TAIL] = draft.tailWeight === 0 ? 0 : n * UNIT - sum;
  words[at + ROW.TAIL_WEIGHT] = draft.tailWeight;
  words[at + ROW.SKIPS] = skips;
  next += drawn;
  for (let i = 0; i < skips; i++) {
    words[next + i] = draft.skips[i] ?? 0;
    words[next + skips + i] = draft.skipSums[i] ?? 0;
  }
  return at;
}

/** Writes down where places of the tail are skipped; gives how many times. */
function listSkips({ skipped, skips, skipSums }: RowDraft, tail: Tail): number {
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

/** What rounding has left goes to the last who have room for it. */
function fillUp(words: Int32Array, sums: number, members: number, missing: number): void {
  let left = missing;
  for (let i = members - 1; i >= 0 && left > 0; i--) {
    const before = i === 0 ? 0 : (words[sums + i - 1] ?? 0) >>> 0;
    const own = ((words[sums + i] ?? 0) >>> 0) - before;
    const more = Math.min(left, UNIT - own);
    // All behind it move on with it.
    for (let j = i; j < members; j++) words[sums + j] = (words[sums + j] ?? 0) + more;
    left -= more;
  }
}

/** Whether a row of an older version still holds: none of the members that it looked at has changed since. */
export function stillHolds(
  { words }: Rows,
  row: number,
  pool: PoolRules,
  state: Int32Array,
  catchment: number,
): boolean {
  const reach = words[row + ROW.REACH] ?? 0;
  if (reach < 0) return false;
  const { catchments, firstAddress } = pool;
  const since = words[row + ROW.VERSION] ?? 0;
  const version = stateVersion(state, pool.stateAt);
  const copy = addressesAt(pool.stateAt, version, firstAddress[catchments.candidates] ?? 0);
  const at = catchments.starts[catchment] ?? 0;
  const first = at + CATCHMENT.HEAD + 2 * (catchments.words[at + CATCHMENT.BANDS] ?? 0);
  for (let i = first; i < first + reach; i++) {
    const candidate = catchments.words[i] ?? 0;
    const end = firstAddress[candidate + 1] ?? 0;
    for (let address = firstAddress[candidate] ?? 0; address < end; address++) {
      const changed = Atomics.load(state, copy + address * ADDRESS.WORDS + ADDRESS.CHANGED);
      // Versions may have gone round.
      if (((changed - since) | 0) > 0) return false;
    }
  }
  if (stateVersion(state, pool.stateAt) !== version) return false;
  words[row + ROW.VERSION] = version;
  return true;
}

/** The number of the address to answer for a mirror that has several: one of those that stand as it does, by chance. */
export function addressOf(
  { firstAddress, stateAt, catchments }: PoolRules,
  state: Int32Array,
  candidate: number,
  random: Random,
): number {
  const copy = addressesAt(stateAt, stateVersion(state, stateAt), firstAddress[catchments.candidates] ?? 0);
  const first = firstAddress[candidate] ?? 0;
  const end = firstAddress[candidate + 1] ?? 0;
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
  return standingOf(Atomics.load(state, copy + address * ADDRESS.WORDS + ADDRESS.STATE));
}
