/**
 * Turns the config keys about answering into the policy of the workers (src/answer/policy.ts), and keeps it up to date.
 */
import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Challenges } from '../answer/challenges.js';
import { chaosAnswers } from '../answer/chaos.js';
import type { CookieSecrets } from '../answer/cookie-secrets.js';
import type { Policy } from '../answer/policy.js';
import { newRateLimit, type RateLimit, SIZES } from '../answer/rate-limit.js';
import { treeOfPrefixes } from '../ip/prefix-tree.js';
import type { Clock } from '../platform/clock.js';
import type { Log } from '../platform/log.js';
import { below, type Random } from '../platform/random.js';
import type { AnsweringConfig } from '../zone/answering-config.js';
import { keepCookies } from './cookie-keeper.js';

export interface Answering {
  /** For the workers. */
  policy(): Policy;
  /** Reads the files again, if there are any. Returns what is wrong with them; then nothing has changed. */
  reload(): readonly string[];
  /** Returns the function that makes the policy follow another config. Throws as `openAnswering` does. */
  prepare(next: AnsweringConfig): () => void;
  stop(): void;
}

interface Tools {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** The challenges that workers serve. */
  readonly challenges?: Challenges;
}

/** Throws CONFIG_INVALID, with a line for each fault, if a file named in the config is wrong. */
export function openAnswering(first: AnsweringConfig, tools: Tools): Answering {
  const { random, challenges } = tools;
  let config = first;
  let cookies = keepCookies({ config: config.cookies, ...tools, randomBytes });
  let policy = makePolicy(config, cookies.secrets, limitOf(config, random), challenges);
  cookies.start();
  return {
    policy: () => policy,
    reload: () => cookies.reload(),
    prepare(next) {
      // Parts that have not changed keep their state: the cookie secrets, and the counts of the rate limit.
      const sameCookies = isDeepStrictEqual(config.cookies, next.cookies);
      const keeper = sameCookies ? cookies : keepCookies({ config: next.cookies, ...tools, randomBytes });
      const sameLimit = isDeepStrictEqual(config.rateLimit, next.rateLimit);
      const limit = sameLimit ? policy.rateLimit : limitOf(next, random);
      return () => {
        if (keeper !== cookies) {
          cookies.stop();
          keeper.start();
        }
        [config, cookies, policy] = [next, keeper, makePolicy(next, keeper.secrets, limit, challenges)];
      };
    },
    stop: () => cookies.stop(),
  };
}

function makePolicy(
  { cookies, nsid, chaos }: AnsweringConfig,
  secrets: CookieSecrets | undefined,
  rateLimit: RateLimit | undefined,
  challenges: Challenges | undefined,
): Policy {
  return {
    cookies: secrets,
    cookieRequired: cookies.required,
    rateLimit,
    nsid: nsid === undefined ? undefined : Uint8Array.from(Buffer.from(nsid)),
    chaos: chaosAnswers(chaos),
    challenges,
  };
}

function limitOf({ rateLimit }: AnsweringConfig, random: Random): RateLimit | undefined {
  const { exempt, enabled, ...terms } = rateLimit;
  if (!enabled) return undefined;
  const { tree } = treeOfPrefixes(exempt.map((prefix) => ({ prefix, id: 1 })));
  const seeds = Int32Array.from(SIZES, () => below(random, 2 ** 32) | 0);
  return newRateLimit({ ...terms, exempt: tree }, seeds);
}
