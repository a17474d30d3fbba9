/**
 * What a client gets if its set is not signed yet and the budget is spent: another set that this client may have, of mirrors
 * that are all up. A set that its row could have given is best, then the nearest.
 */
import { GROWN } from '../select/slow-start.js';
import {
  BACKUP_TIER,
  bandSize,
  bandTier,
  catchmentAt,
  catchmentBands,
  catchmentRest,
  membersAt,
  NETWORK_TIER,
} from './catchments.js';
import { poolRows } from './pool-index.js';
import { type PoolSigner, RECENT } from './pool-signers.js';
import {
  ADDRESS,
  ADDRESS_STATE,
  addressesAt,
  addressFactor,
  addressState,
  addressTtl,
  growthStepOf,
  stateOf,
  stateVersion,
  WHOLE,
} from './pool-state.js';
import type { Responder } from './responder.js';
import { rowMember, rowMembers, rowTtl } from './rows.js';
import { isNumbered, isOf, isThere, setNumber } from './signed-sets.js';
import { firstAddressOf, type PoolRules } from './table.js';

/** Where such a set is; -1: there is none. `record` is that of the pool. */
export function findStandIn(
  responder: Responder,
  { recent, oldest }: PoolSigner,
  pool: number,
  record: number,
  catchment: number,
  row: number,
): number {
  const { last } = responder.signing;
  const owner = 2 * (poolRows(responder.pools.records, record) + catchment);
  const own = last[owner] ?? 0;
  if (distanceOf(responder, own, last[owner + 1] ?? 0, pool, catchment, row) === 0) return own;
  let nearest = -1;
  let least = Infinity;
  for (let i = 1; i <= RECENT && least > 0; i++) {
    const at = 2 * ((oldest - i + RECENT) % RECENT);
    const set = recent[at] ?? 0;
    const distance = distanceOf(responder, set, recent[at + 1] ?? 0, pool, catchment, row);
    if (distance < least) {
      least = distance;
      nearest = set;
    }
  }
  return nearest;
}

/**
 * The distance of a set at a place: the sum of the places in the catchment's list of its members that are not in the row.
 * Infinity if the set is no longer there, or not for this client.
 */
function distanceOf(
  responder: Responder,
  set: number,
  round: number,
  pool: number,
  catchment: number,
  row: number,
): number {
  const { signing, pools, table, rows } = responder;
  const { sets, wanted } = signing;
  const rules = pools.tables[pool];
  if (rules === undefined || !isThere(sets, set, round)) return Infinity;
  if (!isOf(sets.words, set, wanted) || !isNumbered(sets, set)) return Infinity;
  let distance = 0;
  for (let i = 0; i < wanted.n; i++) {
    const address = setNumber(sets.words, set, i);
    if (isInRow(rules, table.state, rows.words, row, address)) continue;
    // The answer keeps the row's TTL, which is that of the row's own members.
    if (ttlOf(rules, table.state, address) < rowTtl(rows.words, row)) return Infinity;
    distance += placeInCatchment(rules, table.state, catchment, address);
  }
  return distance;
}

/** Whether an address may be drawn from the row's list. */
function isInRow(
  rules: PoolRules,
  state: Int32Array,
  words: Int32Array,
  row: number,
  address: number,
): boolean {
  const members = rowMembers(words, row);
  for (let member = 0; member < members; member++) {
    const who = rowMember(words, row, member);
    if (who === address) return true;
    if (who >= 0) continue;
    if (address >= firstAddressOf(rules, ~who) && address < firstAddressOf(rules, ~who + 1))
      return isBest(rules, state, ~who, address);
  }
  return false;
}

/** Whether no other address of its mirror has a better state. */
function isBest(rules: PoolRules, state: Int32Array, candidate: number, address: number): boolean {
  const copy = addressesOf(rules, state);
  const own = stateOf(addressState(state, copy + address * ADDRESS.WORDS));
  const end = firstAddressOf(rules, candidate + 1);
  for (let other = firstAddressOf(rules, candidate); other < end; other++) {
    if (stateOf(addressState(state, copy + other * ADDRESS.WORDS)) > own) return false;
  }
  return true;
}

/** The place, from 1, in the catchment's list of the mirror with this address; Infinity if it may not be answered. */
function placeInCatchment(rules: PoolRules, state: Int32Array, catchment: number, address: number): number {
  const { catchments } = rules;
  const { words } = catchments;
  const at = addressesOf(rules, state) + address * ADDRESS.WORDS;
  const word = addressState(state, at);
  if (stateOf(word) !== ADDRESS_STATE.UP || growthStepOf(word) < GROWN || addressFactor(state, at) !== WHOLE)
    return Infinity;
  const first = catchmentAt(catchments, catchment);
  const bands = catchmentBands(words, first);
  // A mirror that lists the client's network serves these clients exclusively.
  if (bands > 0 && bandTier(words, first, 0) === NETWORK_TIER) return Infinity;
  let listed = 0;
  for (let band = 0; band < bands && bandTier(words, first, band) !== BACKUP_TIER; band++)
    listed += bandSize(words, first, band);
  const candidate = candidateOf(rules, address);
  const members = membersAt(words, first);
  const end = catchmentAt(catchments, catchment + 1);
  for (let i = members; i < end; i++) {
    // The listed ones are followed by backups and by those in no band.
    if (words[i] === candidate) return i < members + listed ? i - members + 1 : Infinity;
  }
  return catchmentRest(words, first) > 0 ? listed + 1 : Infinity;
}

/** The most seconds that an answer with this address may be cached. */
function ttlOf(rules: PoolRules, state: Int32Array, address: number): number {
  return addressTtl(state, addressesOf(rules, state) + address * ADDRESS.WORDS);
}

function addressesOf(rules: PoolRules, state: Int32Array): number {
  const { stateAt, catchments } = rules;
  return addressesAt(stateAt, stateVersion(state, stateAt), firstAddressOf(rules, catchments.candidates));
}

/** The candidate whose address has that number. */
function candidateOf(rules: PoolRules, address: number): number {
  let low = 0;
  let high = rules.catchments.candidates - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (firstAddressOf(rules, middle) <= address) low = middle;
    else high = middle - 1;
  }
  return low;
}
