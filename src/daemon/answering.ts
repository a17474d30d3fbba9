/**
 * From the config's words on how answers are given to what the workers take (src/answer/policy.ts), and on over time.
 */
import { randomBytes } from 'node:crypto';
import { chaosAnswers } from '../answer/chaos.js';
import type { CookieSecrets } from '../answer/cookie-secrets.js';
import type { Policy } from '../answer/policy.js';
import { newRateLimit, type RateLimit, SIZES } from '../answer/rate-limit.js';
import type { Clock } from '../clock.js';
import { treeOfPrefixes } from '../ip/prefix-tree.js';
import type { Log } from '../log.js';
import { below, type Random } from '../random.js';
import type { AnsweringConfig, RateLimitConfig } from '../zone/answering-config.js';
import { keepCookies } from './cookie-keeper.js';

export interface Answering {
  /** For the workers. */
  readonly policy: Policy;
  /** Reads anew what files there are; gives what is wrong with them, and then nothing has changed. */
  reload(): readonly string[];
  stop(): void;
}

/** Throws CONFIG_INVALID, with a line for each fault, where a file that the config names is wrong. */
export function openAnswering(
  config: AnsweringConfig,
  { clock, random, log }: { readonly clock: Clock; readonly random: Random; readonly log: Log },
): Answering {
  const { secrets, reload, stop } = keepCookies({ config: config.cookies, clock, random, randomBytes, log });
  return { policy: makePolicy(config, secrets, random), reload, stop };
}

function makePolicy(
  { rateLimit, cookies, nsid, chaos }: AnsweringConfig,
  secrets: CookieSecrets | undefined,
  random: Random,
): Policy {
  return {
    cookies: secrets,
    cookieRequired: cookies.required,
    rateLimit: rateLimit.enabled ? makeRateLimit(rateLimit, random) : undefined,
    nsid: nsid === undefined ? undefined : Uint8Array.from(Buffer.from(nsid)),
    chaos: chaosAnswers(chaos),
  };
}

function makeRateLimit({ exempt, ...terms }: RateLimitConfig, random: Random): RateLimit {
  const { tree } = treeOfPrefixes(exempt.map((prefix) => ({ prefix, id: 1 })));
  const seeds = Int32Array.from(SIZES, () => below(random, 2 ** 32) | 0);
  return newRateLimit({ ...terms, exempt: tree }, seeds);
}
