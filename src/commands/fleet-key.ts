/**
 * The verb `fleet keygen`: the key of a member, by which the others know it.
 */
import { writeFileSync } from 'node:fs';
import { newMemberKey } from '../fleet/member-key.js';
import { describeError, GeopoolError } from '../platform/errors.js';
import { print } from './output.js';

/** Throws STATE_UNUSABLE where there is such a file, or it can't be written. */
export function keygen(file: string): number {
  const { pem, publicKey } = newMemberKey();
  try {
    // A key that is in use is never overwritten.
    writeFileSync(file, pem, { flag: 'wx', mode: 0o600, flush: true });
  } catch (error) {
    throw new GeopoolError('STATE_UNUSABLE', `${file}: can't be written: ${describeError(error)}`, {
      cause: error,
    });
  }
  print(publicKey);
  return 0;
}
