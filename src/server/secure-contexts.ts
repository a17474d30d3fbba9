/**
 * The secure context of the TLS worker over time. An attacker with the keys that seal a context's tickets could read what
 * was said in each of their sessions (RFC 9325 §3.4). So no context lives longer than a session may be resumed, and its keys
 * go with it.
 */
import type { SecureContext } from 'node:tls';
import type { Clock } from '../platform/clock.js';
import { type Credentials, SESSION_LASTS, secureContextOf } from './secure-context.js';

export interface SecureContexts {
  /** For handshakes that begin now. */
  current(): SecureContext;
  /** Uses another certificate from now on. Throws as `secureContextOf` does, and then nothing has changed. */
  adopt(next: Credentials): void;
}

export function createSecureContexts(first: Credentials, clock: Clock): SecureContexts {
  let context: SecureContext;
  let cancel = (): void => undefined;

  function adopt(credentials: Credentials): void {
    context = secureContextOf(credentials);
    cancel();
    cancel = clock.after(SESSION_LASTS, () => adopt(credentials));
  }

  adopt(first);
  return { current: () => context, adopt };
}
