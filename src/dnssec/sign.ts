/** Signs RRsets: the data of RRSIG records (RFC 4034 §3.1) by ECDSA P-256 (RFC 6605) and Ed25519 (RFC 8080). */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { encodeName } from '../wire/names.js';
import { canonicalSet, type Rrset } from './canonical.js';
import type { Algorithm, ZoneKey } from './keys.js';
import type { Validity } from './validity.js';

/** A key of a zone, ready to sign. */
export interface Signer {
  readonly zone: string;
  readonly algorithm: Algorithm;
  readonly tag: number;
  readonly key: KeyObject;
}

/** `privateKey` is PKCS #8, PEM. Throws if it is not a key. */
export function signerOf(
  zone: string,
  { algorithm, tag, privateKey }: Pick<ZoneKey, 'algorithm' | 'tag' | 'privateKey'>,
): Signer {
  return { zone, algorithm, tag, key: createPrivateKey(privateKey) };
}

/** The data of the RRset's RRSIG. */
export function signSet(rrset: Rrset, signer: Signer, validity: Validity): Uint8Array {
  const head = signatureHead(rrset, signer, validity);
  return Buffer.concat([head, signOctets(Buffer.concat([head, canonicalSet(rrset)]), signer)]);
}

/** The data of an RRset's RRSIG without the signature. The signed octets begin with it (RFC 4034 §3.1.8.1). */
export function signatureHead(
  { owner, type, ttl }: Omit<Rrset, 'data'>,
  { zone, algorithm, tag }: Omit<Signer, 'key'>,
  { inception, expiration }: Validity,
): Uint8Array {
  const fixed = Buffer.alloc(18);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt8(algorithm, 2);
  fixed.writeUInt8(labelsOf(owner), 3);
  fixed.writeUInt32BE(ttl, 4);
  // RFC 4034 §3.1.5: serial numbers, which wrap around in 2106.
  fixed.writeUInt32BE(expiration >>> 0, 8);
  fixed.writeUInt32BE(inception >>> 0, 12);
  fixed.writeUInt16BE(tag, 16);
  return Buffer.concat([fixed, encodeName(zone)]);
}

/** RFC 4034 §3.1.3: the root and a `*` do not count, which tells validators that a wildcard answered. */
function labelsOf(owner: string): number {
  return owner === '' ? 0 : owner.split('.').filter((label) => label !== '*').length;
}

/** The octets of a signature. RFC 6605 §4: for ECDSA, its two integers one after the other. */
export function signOctets(
  octets: Uint8Array,
  { algorithm, key }: Pick<Signer, 'algorithm' | 'key'>,
): Uint8Array {
  return algorithm === 13
    ? sign('sha256', octets, { key, dsaEncoding: 'ieee-p1363' })
    : sign(null, octets, key);
}
