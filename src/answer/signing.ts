/** What a worker needs to sign the sets of pools, and what it remembers of those that it has signed. */
import { MOST_DRAWN } from '../select/draw.js';
import { type PoolSigner, poolSigners } from './pool-signers.js';
import { newRecalledSets, type RecalledSets } from './recalled-sets.js';
import { newSignBudget, type SignBudget } from './sign-budget.js';
import { newSignedSets, type SignedSets, type WantedSet } from './signed-sets.js';
import type { PoolTable } from './table.js';

export interface Signing {
  readonly sets: SignedSets;
  readonly recalled: RecalledSets;
  readonly budget: SignBudget;
  /** By pool; undefined: it is not signed. */
  signers: readonly (PoolSigner | undefined)[];
  /** The highest number that a signer has had. */
  lastSigner: number;
  /** By row owner: the place of its most recent set, two words each. */
  last: Int32Array;
  /** The set that is looked up or signed. */
  readonly wanted: WantedSet;
}

/** The most words of an address. */
const MOST_WORDS = 4;

/** Signs nothing yet. `octets` is the memory for signed sets. */
export function newSigning(octets?: number): Signing {
  return {
    sets: newSignedSets(octets),
    recalled: newRecalledSets(),
    budget: newSignBudget(),
    signers: [],
    lastSigner: 0,
    last: new Int32Array(0),
    wanted: {
      signer: 0,
      expiration: 0,
      n: 0,
      addressWords: 0,
      addresses: new Int32Array(MOST_DRAWN * MOST_WORDS),
      numbers: new Int32Array(MOST_DRAWN),
    },
  };
}

/** Signs the sets of these pools from now on. Their rows have this many owners. */
export function adoptSigners(signing: Signing, pools: readonly PoolTable[], owners: number): void {
  signing.signers = poolSigners(pools, signing.signers, signing.lastSigner);
  const isSigned = signing.signers.some((signer) => signer !== undefined);
  for (const signer of signing.signers)
    signing.lastSigner = Math.max(signing.lastSigner, signer?.number ?? 0);
  signing.last = new Int32Array(isSigned ? 2 * owners : 0);
  signing.sets.adoption++;
}
