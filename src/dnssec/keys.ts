/**
 * Keys that zones are signed with: one combined key a zone (RFC 6781 §3.1, "Single-Type Signing Scheme"), and what parent
 * and resolvers see of it.
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { encodeName } from '../wire/names.js';

/** By their numbers in the IANA registry of DNSSEC algorithms: ECDSA P-256 (RFC 6605) and Ed25519 (RFC 8080). */
export const ALGORITHM_NAMES = { 13: 'ecdsa-p256', 15: 'ed25519' } as const;

export type Algorithm = keyof typeof ALGORITHM_NAMES;

/** A zone key that is a secure entry point (RFC 4034 §2.1.1): of one combined key both are true. */
export const KEY_FLAGS = 257;
/** RFC 4034 §2.1.2. */
const PROTOCOL = 3;
/** RFC 4509. */
const SHA_256 = 2;

/** What a key does from when on; milliseconds since 1970, Infinity: never. */
export interface KeyTimes {
  /** It joins the DNSKEY set, which it signs from then on. */
  readonly publish: number;
  /** It signs all else. */
  readonly activate: number;
  /** It signs nothing but the DNSKEY set any more. */
  readonly retire: number;
  /** It leaves the DNSKEY set. */
  readonly remove: number;
}

export interface ZoneKey extends KeyTimes {
  readonly algorithm: Algorithm;
  readonly flags: typeof KEY_FLAGS;
  /** The DNSKEY's public key field. */
  readonly publicKey: Uint8Array;
  readonly tag: number;
  /** PKCS #8, PEM. */
  readonly privateKey: string;
  /** When somebody saw its DS at the parent; milliseconds since 1970. Absent: nobody said so. */
  readonly dsSeen?: number;
}

export interface ZoneKeys {
  /** In lower case, without trailing dot. */
  readonly zone: string;
  /** In the order in which they sign; there is always exactly one that does. */
  readonly keys: readonly [ZoneKey, ...ZoneKey[]];
  /** From when on the parent is asked to take all DS away. */
  readonly withdrawn?: number;
  /** The TTL of the DS set at the parent, which the times of a roll count on, in milliseconds. Absent: nobody said it. */
  readonly dsTtl?: number;
}

/** The private part of a new key: PKCS #8, PEM. */
export function newPrivateKey(algorithm: Algorithm): string {
  const { privateKey } =
    algorithm === 13 ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** The key with this private part; undefined where that is no key of the algorithm. */
export function zoneKeyOf(algorithm: Algorithm, privateKey: string, times: KeyTimes): ZoneKey | undefined {
  const publicKey = publicKeyOf(algorithm, privateKey);
  if (publicKey === undefined) return undefined;
  const { publish, activate, retire, remove } = times;
  const key = { algorithm, flags: KEY_FLAGS, publicKey } as const;
  return { ...key, tag: keyTag(dnskeyData(key)), privateKey, publish, activate, retire, remove };
}

/** RFC 6605 §4: the two coordinates of the point; RFC 8080 §3: the key as it is. */
function publicKeyOf(algorithm: Algorithm, privateKey: string): Uint8Array | undefined {
  try {
    const { crv, x, y } = createPublicKey(createPrivateKey(privateKey)).export({ format: 'jwk' });
    if (algorithm === 15) return crv === 'Ed25519' && x !== undefined ? octetsOf(x) : undefined;
    if (crv !== 'P-256' || x === undefined || y === undefined) return undefined;
    return Uint8Array.from([...octetsOf(x), ...octetsOf(y)]);
  } catch {
    // Whatever Node says of it might show some of it.
    return undefined;
  }
}

function octetsOf(base64url: string): Uint8Array {
  return Uint8Array.from(Buffer.from(base64url, 'base64url'));
}

/** A DNSKEY's data (RFC 4034 §2.1), which a CDNSKEY has as well (RFC 7344 §3.2). */
export function dnskeyData({
  flags,
  algorithm,
  publicKey,
}: Pick<ZoneKey, 'flags' | 'algorithm' | 'publicKey'>): Uint8Array {
  return Uint8Array.of(flags >> 8, flags & 0xff, PROTOCOL, algorithm, ...publicKey);
}

/** A DS's data with a SHA-256 digest (RFC 4034 §5.1), which a CDS has as well (RFC 7344 §3.1). */
export function dsData(zone: string, key: ZoneKey): Uint8Array {
  const { tag, algorithm } = key;
  // RFC 4034 §5.1.4: of the owner's name in its canonical form and the DNSKEY's data.
  const digest = createHash('sha256').update(encodeName(zone)).update(dnskeyData(key)).digest();
  return Uint8Array.of(tag >> 8, tag & 0xff, algorithm, SHA_256, ...digest);
}

/** The tag by which RRSIG and DS name a DNSKEY (RFC 4034 appendix B), of its data. */
export function keyTag(data: Uint8Array): number {
  let sum = 0;
  for (const [i, octet] of data.entries()) sum += i % 2 === 0 ? octet << 8 : octet;
  return (sum + (sum >> 16)) & 0xffff;
}
