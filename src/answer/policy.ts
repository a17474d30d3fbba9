/**
 * How all answers are given, whatever the zone: what the config decides once for all workers. It goes to each worker when
 * that starts; what changes while it runs (secrets, the table of clients) is shared memory.
 */
import type { Challenges } from './challenges.js';
import type { ChaosAnswer } from './chaos.js';
import type { CookieSecrets } from './cookie-secrets.js';
import type { RateLimit } from './rate-limit.js';

export interface Policy {
  /** Undefined: cookies are passed over, as by a server that has never heard of them (RFC 7873 §5.2). */
  readonly cookies: CookieSecrets | undefined;
  /** Over UDP, a client cookie without a good server cookie gets BADCOOKIE. */
  readonly cookieRequired: boolean;
  /** Undefined: everybody gets all answers. */
  readonly rateLimit: RateLimit | undefined;
  /** What NSID says (RFC 5001), 128 octets at most so that it fits into 512 with all else; undefined: nothing. */
  readonly nsid: Uint8Array | undefined;
  /** The names of class CHAOS that there is an answer to. */
  readonly chaos: readonly ChaosAnswer[];
  /** What operators have given; undefined: nobody can. */
  readonly challenges: Challenges | undefined;
}

/** Nothing besides answers. */
export const PLAIN_POLICY: Policy = {
  cookies: undefined,
  cookieRequired: false,
  rateLimit: undefined,
  nsid: undefined,
  chaos: [],
  challenges: undefined,
};
