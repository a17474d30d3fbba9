/**
 * What is decided about a query before its name is looked up: what its options mean, what its cookie is worth, whether its
 * client has had too many answers, and what is refused whatever the name. Each decision is a number; `respond` acts on it.
 */
import { CLASS, EXTENDED_ERROR, RCODE, TYPE } from '../wire/codes.js';
import { MALFORMED } from '../wire/cookie.js';
import { OPTION, type Query, SHAPE } from '../wire/query.js';
import { countAnswer, type RateLimit, slips } from './rate-limit.js';
import { resetReply } from './reply.js';
import type { Responder } from './responder.js';
import { COOKIE, examineCookie } from './server-cookie.js';
import { count, TALLY } from './tally.js';

/**
 * Prepares the responder for a query of this shape, and examines its cookie. Returns the shape, or that of a malformed
 * message if an option that matters here is malformed. Of a malformed message only the question is used.
 */
export function processEdns(shape: number, overTcp: boolean, responder: Responder): number {
  const { query, policy, tally, reply } = responder;
  resetReply(reply, overTcp);
  let processed = shape;
  if (query.options !== 0 && isMalformed(responder))
    processed =
      shape === SHAPE.NO_QUESTION || shape === SHAPE.BAD_QUESTION
        ? SHAPE.BAD_QUESTION
        : SHAPE.BAD_AFTER_QUESTION;
  if (processed === SHAPE.BAD_AFTER_QUESTION || processed === SHAPE.BAD_QUESTION) {
    query.subnet.present = false;
    query.options = 0;
    return processed;
  }
  if ((query.options & OPTION.COOKIE) !== 0 && policy.cookies !== undefined) {
    const seconds = Math.floor(responder.now / 1000) | 0;
    const worth = examineCookie(
      query.cookie,
      responder.peer,
      policy.cookies,
      seconds,
      responder.cookieScratch,
    );
    reply.cookieWorth = worth;
    count(tally, TALLY.COOKIE_CLIENT_ONLY + worth - COOKIE.CLIENT_ONLY);
  }
  return processed;
}

function isMalformed({ query, policy, reply }: Responder): boolean {
  // RFC 7873 §5.2.2, if cookies are in use.
  if (query.cookie.size === MALFORMED && policy.cookies !== undefined) return true;
  // RFC 7828 §3.1: only answers have data in it. §3.3.1: over UDP it is ignored.
  return reply.overTcp && (query.options & OPTION.KEEPALIVE_MALFORMED) !== 0;
}

/** Whether a client that supports cookies sent no valid one: RFC 7873 §5.2.3 and §5.2.4 treat both cases alike. */
export function lacksCookie({ reply }: Responder): boolean {
  const { cookieWorth } = reply;
  return cookieWorth === COOKIE.CLIENT_ONLY || cookieWorth === COOKIE.INVALID;
}

/** What happens to a query that may exceed the rate limit. */
export const LIMIT = { PASS: 0, DROP: 1, TRUNCATE: 2, BADCOOKIE: 3 } as const;

/** Counts an answer over UDP to the client of a query of this shape. Returns what happens to the query (LIMIT). */
export function limitAnswer(limit: RateLimit, shape: number, responder: Responder): number {
  const { query, peer, monotonic, tally, limitScratch } = responder;
  // RFC 7873 §5.2.5: "defensive measures for spoofed UDP requests, if any, are no longer required".
  if (responder.reply.cookieWorth === COOKIE.VALID) return LIMIT.PASS;
  const network = countAnswer(limit, peer, monotonic, limitScratch);
  if (network < 0) return LIMIT.PASS;
  count(tally, TALLY.LIMITED_NETWORK + network);
  if (limit.dryRun) {
    count(tally, TALLY.LIMITED_TRIED);
    return LIMIT.PASS;
  }
  // No client repeats a malformed message, or one that is not a query, over TCP.
  const worthwhile =
    query.opcode === 0 && (shape === SHAPE.GOOD || (shape === SHAPE.NO_QUESTION && lacksCookie(responder)));
  if (!worthwhile || !slips(limit, limitScratch)) {
    count(tally, TALLY.LIMITED_DROPPED);
    return LIMIT.DROP;
  }
  // The cookie is kept, but nothing else that would make the answer longer.
  query.options &= OPTION.COOKIE;
  const cookie = lacksCookie(responder);
  count(tally, cookie ? TALLY.LIMITED_BADCOOKIE : TALLY.LIMITED_TRUNCATED);
  return cookie ? LIMIT.BADCOOKIE : LIMIT.TRUNCATE;
}

/** The rcode for a message without a question: useful only if it asks for a cookie (RFC 7873 §5.4). */
export function rcodeWithoutQuestion({ query, reply }: Responder): number {
  const { cookieWorth } = reply;
  if (query.opcode !== 0) return RCODE.NOTIMP;
  if (query.ednsVersion !== 0) return RCODE.BADVERS;
  if (cookieWorth === COOKIE.NONE) return RCODE.FORMERR;
  return cookieWorth === COOKIE.INVALID ? RCODE.BADCOOKIE : RCODE.NOERROR;
}

/**
 * What is refused whatever its name, by class and type: the rcode in the lowest eight bits, and above them the extended
 * error (EXTENDED_ERROR). NOERROR: it is not refused.
 */
export function refuse(query: Query): number {
  if (query.class !== CLASS.IN && query.class !== CLASS.ANY)
    return RCODE.REFUSED | (EXTENDED_ERROR.NOT_SUPPORTED << 8);
  switch (query.type) {
    case TYPE.AXFR:
    case TYPE.IXFR:
      return RCODE.REFUSED | (EXTENDED_ERROR.PROHIBITED << 8);
    // Types that are no data of any name (RFC 6891 §6.1.1, RFC 2930 §2, RFC 8945 §4.2).
    case TYPE.OPT:
    case TYPE.TKEY:
    case TYPE.TSIG:
      return RCODE.FORMERR;
    case TYPE.MAILA:
    case TYPE.MAILB:
      return RCODE.NOTIMP | (EXTENDED_ERROR.NOT_SUPPORTED << 8);
    default:
      return RCODE.NOERROR;
  }
}
