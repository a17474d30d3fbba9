/** Policies for tests of answering: what is not said is as in PLAIN_POLICY. */
import { newCookieSecrets } from '../../src/answer/cookie-secrets.js';
import { PLAIN_POLICY, type Policy } from '../../src/answer/policy.js';
import { newRateLimit, type RateLimit, type RateLimitTerms, SIZES } from '../../src/answer/rate-limit.js';
import { newResponder, type Responder } from '../../src/answer/responder.js';
import type { AnswerTable } from '../../src/answer/table.js';
import { treeOfPrefixes } from '../../src/ip/prefix-tree.js';
import { below, seededRandom } from '../../src/platform/random.js';
import { answerOctets, type Transport } from '../compile/make-table.js';
import { type Asked, option, query, type Reply, readReply } from '../dns-message.js';

/** The secret of RFC 9018 A.1. */
export const SECRET = Uint8Array.from(Buffer.from('e5e973e5a6b2a43f48e7dc849e37bfcf', 'hex'));
/** When a test begins, in milliseconds since 1970. */
export const NOON = 1_790_000_000_000;

export function withCookies(rest: Partial<Policy> = {}): Policy {
  return { ...PLAIN_POLICY, cookies: newCookieSecrets([SECRET]), ...rest };
}

/** Limits as they are by default, with nobody exempt. */
export function limits(terms: Partial<RateLimitTerms> = {}): RateLimit {
  const random = seededRandom(50);
  const seeds = Int32Array.from(SIZES, () => below(random, 2 ** 31));
  const exempt = treeOfPrefixes([]).tree;
  const defaults = { rate: 50, burst: 125, slip: 1, dryRun: false, exempt, tableSize: 4096 };
  return newRateLimit({ ...defaults, ...terms }, seeds);
}

/** The option with these octets, in hex. */
export function cookie(hex: string): Uint8Array {
  return option(10, Uint8Array.from(Buffer.from(hex, 'hex')));
}

/** The data of an option of a reply, in hex. */
export function optionOf({ edns }: Reply, code: number): string | undefined {
  return edns?.options.find((text) => text.startsWith(`${code}:`))?.slice(`${code}:`.length);
}

export interface Client {
  readonly responder: Responder;
  /** Undefined is silence. */
  send(message: Uint8Array, transport?: Transport): Reply | undefined;
  /** Throws where no answer comes. */
  ask(asked: Asked, transport?: Transport): Reply;
}

/** Asks a table under a policy, at NOON until the responder's clocks are moved. */
export function clientOf(table: AnswerTable, policy: Policy): Client {
  const responder = newResponder(table, seededRandom(1), undefined, policy);
  responder.now = NOON;
  responder.keepalive = 370;
  const send = (message: Uint8Array, transport?: Transport): Reply | undefined => {
    const answer = answerOctets(responder, message, transport);
    return answer.length === 0 ? undefined : readReply(answer);
  };
  return {
    responder,
    send,
    ask(asked, transport) {
      const reply = send(query(asked), transport);
      if (reply === undefined) throw new Error('no answer');
      return reply;
    },
  };
}
