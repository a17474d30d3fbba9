/**
 * The verb `fleet keygen`: makes the key of a member, by which the other members know it.
 */
import { newMemberKey } from '../fleet/member-key.js';
import { print } from './output.js';
import { writeNewSecret } from './write-keys.js';

/** Throws STATE_UNUSABLE if the file exists or can't be written. */
export function keygen(file: string): number {
  const { pem, publicKey } = newMemberKey();
  writeNewSecret(file, pem);
  print(publicKey);
  return 0;
}
