/**
 * The keys that zones are signed with, one combined key per zone (RFC 6781 §3.1, "Single-Type Signing Scheme"), and what
 * the parent and resolvers see of them.
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { encodeName } from '../wire/names.js';

/** By their numbers in the IANA registry of DNSSEC algorithms: ECDSA P-256 (RFC 6605) and Ed25519 (RFC 8080). */
export const ALGORITHM_NAMES = { 13: 'ecdsa-p256', 15: 'ed25519' } as const;

export type Algorithm = keyof typeof ALGORITHM_NAMES;

/** A zone key that is a secure entry point (RFC 4034 §2.1.1). A combined key is both. */
export const KEY_FLAGS = 257;
/** RFC 4034 §2.1.2. */
const PROTOCOL = 3;
/** RFC 4509. */
const SHA_256 = 2;

/** The times in a key's life, in milliseconds since 1970. Infinity: never. */
export interface KeyTimes {
  /** It joins the DNSKEY set, and signs that set from then on. */
  readonly publish: number;
  /** It starts to sign everything else. */
  readonly activate: number;
  /** It stops signing anything but the DNSKEY set. */
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
  /** When its DS was seen at the parent, in milliseconds since 1970. Absent: not reported as seen. */
  readonly dsSeen?: number;
}

export interface ZoneKeys {
  /** In lower case, without trailing dot. */
  readonly zone: string;
  /** In the order in which they sign. Exactly one of them signs at any time. */
  readonly keys: readonly [ZoneKey, ...ZoneKey[]];
  /** From when on the parent is asked to remove all DS records. */
  readonly withdrawn?: number;
  /** The TTL of the DS set at the parent, in milliseconds, which the times of a roll depend on. Absent: not stated. */
  readonly dsTtl?: number;
}

/** The private part of a new key: PKCS #8, PEM. */
export function newPrivateKey(algorithm: Algorithm): string {
  const { privateKey } =
    algorithm === 13 ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** The key with this private part. Undefined if that is not a key of the algorithm. */
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
    // Node's error message might show part of the key.
    return undefined;
  }
}

function octetsOf(base64url: string): Uint8Array {
  return Uint8Array.from(Buffer.from(base64url, 'base64url'));
}

/** The data of a DNSKEY (RFC 4034 §2.1) and of a CDNSKEY (RFC 7344 §3.2). */
export function dnskeyData({
  flags,
  algorithm,
  publicKey,
}: Pick<ZoneKey, 'flags' | 'algorithm' | 'publicKey'>): Uint8Array {
  return Uint8Array.of(flags >> 8, flags & 0xff, PROTOCOL, algorithm, ...publicKey);
}

/** The data of a DS with a SHA-256 digest (RFC 4034 §5.1), and of a CDS (RFC 7344 §3.1). */
export function dsData(zone: string, key: ZoneKey): Uint8Array {
  const { tag, algorithm } = key;
  // RFC 4034 §5.1.4: the digest of the owner name in canonical form and the DNSKEY's data.
  const digest = createHash('sha256').update(encodeName(zone)).update(dnskeyData(key)).digest();
  return Uint8Array.of(tag >> 8, tag & 0xff, algorithm, SHA_256, ...digest);
}

/** The tag by which RRSIG and DS records refer to a DNSKEY with this data (RFC 4034 appendix B). */
export function keyTag(data: Uint8Array): number {
  let sum = 0;
  for (const [i, octet] of data.entries()) sum += i % 2 === 0 ? octet << 8 : octet;
  return (sum + (sum >> 16)) & 0xffff;
}
