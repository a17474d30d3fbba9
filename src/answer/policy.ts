/**
 * How answers are given in all zones: what the config decides once for all workers. Each worker gets it when it starts. What
 * changes while it runs (secrets, the table of clients) is in shared memory.
 */
import type { Challenges } from './challenges.js';
import type { ChaosAnswer } from './chaos.js';
import type { CookieSecrets } from './cookie-secrets.js';
import type { RateLimit } from './rate-limit.js';

export interface Policy {
  /** Undefined: cookies are ignored, as by a server that does not implement them (RFC 7873 §5.2). */
  readonly cookies: CookieSecrets | undefined;
  /** Over UDP, a client cookie without a good server cookie gets BADCOOKIE. */
  readonly cookieRequired: boolean;
  /** Undefined: no client is limited. */
  readonly rateLimit: RateLimit | undefined;
  /** The NSID (RFC 5001), at most 128 octets, so that an answer with all other options fits into 512. Undefined: none. */
  readonly nsid: Uint8Array | undefined;
  /** The names of class CHAOS that are answered. */
  readonly chaos: readonly ChaosAnswer[];
  /** The challenges that operators have set. Undefined: challenges are not in use. */
  readonly challenges: Challenges | undefined;
}

/** Answers only, without any of these. */
export const PLAIN_POLICY: Policy = {
  cookies: undefined,
  cookieRequired: false,
  rateLimit: undefined,
  nsid: undefined,
  chaos: [],
  challenges: undefined,
};
