/**
 * The verb `fleet keygen`: the key of a member, by which the others know it.
 */
import { writeFileSync } from 'node:fs';
import { newMemberKey } from '../fleet/member-key.js';
import { print } from './output.js';
import { writing } from './write-keys.js';

/** Throws STATE_UNUSABLE where there is such a file, or it can't be written. */
export function keygen(file: string): number {
  const { pem, publicKey } = newMemberKey();
  writing(file, () => writeFileSync(file, pem, { flag: 'wx', mode: 0o600, flush: true }));
  print(publicKey);
  return 0;
}
