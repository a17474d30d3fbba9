/** The user for whom a verb acts. */
import { userInfo } from 'node:os';

/** The user who runs the verb, or who ran sudo. `user UID` without a name; undefined where there are no user ids. */
export function invoker({ SUDO_USER }: NodeJS.ProcessEnv): string | undefined {
  if (SUDO_USER !== undefined && SUDO_USER !== '') return SUDO_USER;
  try {
    return userInfo().username;
  } catch {
    // A container may run as a uid that is not in /etc/passwd.
    return process.getuid === undefined ? undefined : `user ${process.getuid()}`;
  }
}
