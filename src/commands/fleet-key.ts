/**
 * The verb `fleet keygen`: makes the key of a member, by which the other members know it.
 */
import { writeFileSync } from 'node:fs';
import { newMemberKey } from '../fleet/member-key.js';
import { print } from './output.js';
import { writing } from './write-keys.js';

/** Throws STATE_UNUSABLE if the file exists or can't be written. */
export function keygen(file: string): number {
  const { pem, publicKey } = newMemberKey();
  writing(file, () => writeFileSync(file, pem, { flag: 'wx', mode: 0o600, flush: true }));
  print(publicKey);
  return 0;
}
