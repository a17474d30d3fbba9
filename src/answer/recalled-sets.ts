/**
 * Finds the signed set of an answer by the numbers that the table gives its addresses. Sets are stored by address
 * (signed-sets.ts), which stays valid when another table is adopted, but laying the addresses out and comparing them took a
 * seventh of the time of a signed answer. So each worker notes what it has found, and nearly all answers find it here.
 */
import { isOld, numbersAt, roundOf, SET, type SignedSets, type WantedSet } from './signed-sets.js';

/** By hash of the numbers, the place of a set: two words. */
export type RecalledSets = Int32Array;

/** The slots are 2^BITS. Sets with the same slot displace each other, which costs time but is correct. */
const BITS = 14;

export function newRecalledSets(): RecalledSets {
  return new Int32Array(2 << BITS);
}

/** Where the wanted set is, by the numbers of its addresses in this order; -1: it must be looked up by its addresses. */
export function recallSet(recalled: RecalledSets, sets: SignedSets, wanted: WantedSet): number {
  const { words } = sets;
  const { n, numbers } = wanted;
  const slot = slotOf(wanted);
  const set = recalled[slot] ?? 0;
  // A set that will soon be overwritten is copied when it is looked up by address.
  if (recalled[slot + 1] !== roundOf(sets, set) || isOld(sets, set)) return -1;
  if (words[set + SET.SIGNER] !== wanted.signer || words[set + SET.EXPIRATION] !== wanted.expiration)
    return -1;
  if (words[set + SET.N] !== n || words[set + SET.ADOPTION] !== sets.adoption) return -1;
  const first = numbersAt(words, set);
  for (let i = 0; i < n; i++) if (words[first + i] !== numbers[i]) return -1;
  return set;
}

/** Notes where the wanted set is. */
export function noteSet(recalled: RecalledSets, sets: SignedSets, wanted: WantedSet, set: number): void {
  const slot = slotOf(wanted);
  recalled[slot] = set;
  recalled[slot + 1] = roundOf(sets, set);
}

function slotOf({ signer, n, numbers }: WantedSet): number {
  let hash = signer;
  for (let i = 0; i < n; i++) hash = Math.imul(hash ^ (numbers[i] ?? 0), 0x9e3779b1);
  return (hash >>> (32 - BITS)) << 1;
}
