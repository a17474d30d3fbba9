/**
 * A member's key, with which the others tell what it says from what an instance makes up: Ed25519 (RFC 8032). The private
 * key is in a file that only its owner and group may read. The public key is in every member's geopool.yaml.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { statSync } from 'node:fs';
import { describeError, GeopoolError } from '../platform/errors.js';
import { readPlainSync } from '../state/plain-file.js';

const MOST_OCTETS = 4096;
/** Permission bits that are refused: all of them for others, and write and execute for the group. */
const TOO_OPEN = 0o037;
/** RFC 8410 §4: the octets before the 32 octets of an Ed25519 key in its SubjectPublicKeyInfo. */
const PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
/** Signed along with the data, so that no signature made for another purpose is valid here. */
const PURPOSE = Buffer.from('geopool fleet 1\n');

export const SIGNATURE_OCTETS = 64;

/** A new key: the private key as PEM for its file, and the public key in the form that geopool.yaml uses. */
export function newMemberKey(): { readonly pem: string; readonly publicKey: string } {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { pem, publicKey: publicPart(privateKey) };
}

/** The key in a file. Throws CONFIG_INVALID if it can't be read, is not a valid key, or its permissions are too open. */
export function readMemberKey(file: string): KeyObject {
  const refuse = (why: string, cause?: unknown): GeopoolError =>
    new GeopoolError('CONFIG_INVALID', `${file}: ${why}`, { cause });
  let octets: Buffer;
  try {
    octets = readPlainSync(file, MOST_OCTETS);
  } catch (error) {
    throw refuse(`can't be read: ${describeError(error)}; geopool fleet keygen makes one`, error);
  }
  const { mode } = statSync(file);
  if ((mode & TOO_OPEN) !== 0) throw refuse('others may read or change this key: chmod 0600, or 0640');
  let key: KeyObject;
  try {
    key = createPrivateKey(octets);
  } catch {
    // Node's message could reveal part of the key.
    throw refuse('is not a private key; geopool fleet keygen makes one');
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw refuse('is not an Ed25519 key; geopool fleet keygen makes one');
  return key;
}

/** The public part of a private key: 32 octets in base64. */
export function publicPart(key: KeyObject): string {
  return createPublicKey(key)
    .export({ type: 'spki', format: 'der' })
    .subarray(PREFIX.length)
    .toString('base64');
}

/** The public key from the form that geopool.yaml uses. */
export function publicKeyOf(base64: string): KeyObject {
  const der = Buffer.concat([PREFIX, Buffer.from(base64, 'base64')]);
  return createPublicKey({ key: der, type: 'spki', format: 'der' });
}

/** The signature of these octets, 64 octets long. */
export function signed(octets: Uint8Array, key: KeyObject): Buffer {
  return sign(null, Buffer.concat([PURPOSE, octets]), key);
}

export function isSignedBy(octets: Uint8Array, signature: Uint8Array, key: KeyObject): boolean {
  return verify(null, Buffer.concat([PURPOSE, octets]), key, signature);
}
