/**
 * What is common to all signatures over the sets of a pool. A signer is identified by its pool and key, not by its number,
 * so that signatures stay usable when the world is compiled again.
 */
import { type Signer, signatureHead, signerOf } from '../dnssec/sign.js';
import { renewalOf, validityOf } from '../dnssec/validity.js';
import { TYPE } from '../wire/codes.js';
import type { PoolTable } from './table.js';

export interface PoolSigner {
  /** Unique among all signers that this worker ever had. */
  readonly number: number;
  /** Tells it from all others. It contains the private key: compare it, but never output it. */
  readonly identity: string;
  readonly rrset: { readonly owner: string; readonly type: number; readonly ttl: number };
  readonly signer: Signer;
  /** The data of an RRSIG without its signature, padded to whole words, and its length in octets without padding. */
  readonly head: DataView;
  readonly headLength: number;
  /** The times in the head, and when the head must be renewed; seconds since 1970. */
  inception: number;
  expiration: number;
  renewal: number;
  /** The places of the most recently signed sets, two words each, and the index of the oldest. */
  readonly recent: Int32Array;
  oldest: number;
}

/** How many of the most recently signed sets are noted for each pool. */
export const RECENT = 16;

/** Where the head has its times (RFC 4034 §3.1). */
const EXPIRATION_AT = 8;
const INCEPTION_AT = 12;

/**
 * The signers of the signed pools, by pool number. Signers of `before` that still sign the same are kept; new ones get
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
    // Reading a key takes as long as several signatures with it.
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

/** Updates the head for a time in milliseconds since 1970. */
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

/** Notes the set at a place as one of the most recently signed. */
export function noteRecent(signer: PoolSigner, set: number, round: number): void {
  const { recent, oldest } = signer;
  recent[2 * oldest] = set;
  recent[2 * oldest + 1] = round;
  signer.oldest = (oldest + 1) % RECENT;
}
