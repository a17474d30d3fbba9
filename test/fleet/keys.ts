/** Keys of members. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { newMemberKey, publicKeyOf } from '../../src/fleet/member-key.js';

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** As they come out of a file and out of geopool.yaml. */
export function keyPair(): KeyPair {
  const { pem, publicKey } = newMemberKey();
  return { privateKey: createPrivateKey(pem), publicKey: publicKeyOf(publicKey) };
}
