/** Who says what is said by a verb. */
import { userInfo } from 'node:os';

/** Who calls: the one behind sudo, where there is one. Undefined where this host has no name for them. */
export function invoker({ SUDO_USER }: NodeJS.ProcessEnv): string | undefined {
  if (SUDO_USER !== undefined && SUDO_USER !== '') return SUDO_USER;
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that is in no list.
    return process.getuid === undefined ? undefined : `user ${process.getuid()}`;
  }
}
