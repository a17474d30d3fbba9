/**
 * What signing the sets of a pool takes that is the same for all of them. It goes by what the pool is and by which key, and
 * not by its number: whatever is compiled anew, what was signed stays good.
 */
import { type Signer, signatureHead, signerOf } from '../dnssec/sign.js';
import { renewalOf, validityOf } from '../dnssec/validity.js';
import { TYPE } from '../wire/codes.js';
import type { PoolTable } from './table.js';

export interface PoolSigner {
  /** No other signer that this worker ever had has the same. */
  readonly number: number;
  /** Tells it from all others. The key is in it: it is compared, and never told. */
  readonly identity: string;
  readonly rrset: { readonly owner: string; readonly type: number; readonly ttl: number };
  readonly signer: Signer;
  /** The data of an RRSIG but for its signature, in whole words, and how many octets it has. */
  readonly head: DataView;
  readonly headLength: number;
  /** What the head says, and when it has to say something else; seconds since 1970. */
  inception: number;
  expiration: number;
  renewal: number;
  /** The places of the sets that were signed last, two words each, and which of them is the oldest. */
  readonly recent: Int32Array;
  oldest: number;
}

/** So many sets that were signed last are known of each pool. */
export const RECENT = 16;

/** Where the head has its times (RFC 4034 §3.1). */
const EXPIRATION_AT = 8;
const INCEPTION_AT = 12;

/**
 * The signers of those pools that are signed, by number. Of `before` those stay that still sign the same; new ones have
 * numbers above `last`.
 */
export function poolSigners(
  pools: readonly PoolTable[],
  before: readonly (PoolSigner | undefined)[],
  last: number,
): (PoolSigner | undefined)[] {
  const known = new Map<string, PoolSigner>();
  for (const one of before) if (one !== undefined) known.set(one.identity, one);
  const signers = new Map<string, Signer>();
  let number = last;
  return pools.map(({ name: { zone, owner, family }, ttl, signing }) => {
    if (signing === undefined) return undefined;
    const { algorithm, tag, privateKey } = signing;
    const identity = JSON.stringify([zone, owner, family, ttl, algorithm, tag, privateKey]);
    const there = known.get(identity);
    if (there !== undefined) return there;
    // Reading a key takes as long as signing with it some times.
    const signer = signers.get(`${zone} ${privateKey}`) ?? signerOf(zone, signing);
    signers.set(`${zone} ${privateKey}`, signer);
    const rrset = { owner, type: family === 'ipv4' ? TYPE.A : TYPE.AAAA, ttl };
    const head = signatureHead(rrset, signer, { inception: 0, expiration: 0 });
    const octets = new Uint8Array((head.length + 3) & -4);
    octets.set(head);
    return {
      number: ++number,
      identity,
      rrset,
      signer,
      head: new DataView(octets.buffer),
      headLength: head.length,
      inception: 0,
      expiration: 0,
      renewal: 0,
      recent: new Int32Array(2 * RECENT),
      oldest: 0,
    };
  });
}

/** Has the head say what holds at a time, in milliseconds since 1970. */
export function bringUpToDate(signer: PoolSigner, now: number): void {
  const seconds = now / 1000;
  if (seconds < signer.renewal && seconds >= signer.inception) return;
  const validity = validityOf(signer.rrset.owner, now);
  signer.inception = validity.inception;
  signer.expiration = validity.expiration;
  signer.renewal = renewalOf(validity);
  signer.head.setUint32(EXPIRATION_AT, validity.expiration);
  signer.head.setUint32(INCEPTION_AT, validity.inception);
}

/** Counts the set at a place among those that were signed last. */
export function noteRecent(signer: PoolSigner, set: number, round: number): void {
  const { recent, oldest } = signer;
  recent[2 * oldest] = set;
  recent[2 * oldest + 1] = round;
  signer.oldest = (oldest + 1) % RECENT;
}
