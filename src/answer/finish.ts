/**
 * The end of every answer: OPT, the flags and the counts. Also the answers that have no record except OPT. The query's id,
 * opcode and question stay in the message where they are.
 */
import { CLASS, EXTENDED_ERROR, FLAG, RCODE } from '../wire/codes.js';
import { HEADER, type Query, SHAPE } from '../wire/query.js';
import { messageLimit, optLength, writeOpt } from './edns.js';
import { poolRefusedHits, recordOf } from './pool-index.js';
import { LIMIT } from './preprocess.js';
import type { Responder } from './responder.js';
import { count, TALLY } from './tally.js';

/** The flags that an answer takes from its query: the opcode and RD (RFC 1035 §4.1.1). */
const KEPT_FLAGS = 0x7900;

/** All flags, but not AA if the query asks for all classes: RFC 1035 §6.2, that response "should never be authoritative". */
export function flagsFor(query: Query): number {
  return query.class === CLASS.ANY ? ~FLAG.AA : ~0;
}

/** An answer that has no question to repeat: the header, and OPT if the query had it. */
export function finishWithoutQuestion(
  packet: DataView,
  start: number,
  responder: Responder,
  rcode: number,
): number {
  packet.setUint32(start + 4, 0);
  packet.setUint32(start + 8, 0);
  return finish(packet, start, start + HEADER, responder, rcode, 0);
}

/** An answer with the question and no record except OPT, not authoritative. */
export function finishEmpty(
  packet: DataView,
  start: number,
  responder: Responder,
  flagsAndRcode: number,
): number {
  packet.setUint32(start + 6, 0);
  return finish(packet, start, responder.query.questionEnd, responder, flagsAndRcode, 0);
}

/** The same for a refusal (preprocess.ts), with the extended error that the refusal contains. */
export function finishRefused(
  packet: DataView,
  start: number,
  responder: Responder,
  refusal: number,
): number {
  responder.reply.error = refusal >>> 8;
  return finishEmpty(packet, start, responder, refusal & 0xff);
}

/** The error text if all mirrors that could be answered to this client are down. */
export const NOBODY_UP = Buffer.from('no mirror is known to be up');
/** If mirrors exist only for other clients. A denial would be wrong here: in a signed zone it says that there are none. */
export const NOBODY = Buffer.from('no mirror is for this client');

/** SERVFAIL, so that a resolver tries another name server. RFC 8914 has no code for the reason: 0 with a text (§4.1). */
export function finishFailed(packet: DataView, start: number, responder: Responder, why: Uint8Array): number {
  responder.reply.error = EXTENDED_ERROR.OTHER;
  responder.reply.errorText = why;
  return finishEmpty(packet, start, responder, RCODE.SERVFAIL);
}

/**
 * Marks the answer as filtered (RFC 8914 §4.18), with the operator's own text, and counts it. Beside a long name and a long
 * NSID there may be no room for the text. RFC 8914 §3: it goes before other data does.
 */
export function noteRefusal(responder: Responder, pool: number, start: number): void {
  const { query, reply, pools, hits } = responder;
  const none = reply.errorText;
  reply.error = EXTENDED_ERROR.FILTERED;
  reply.errorText = pools.refusalTexts[pool] ?? none;
  if (query.questionEnd - start + optLength(responder) > messageLimit(query, reply.overTcp))
    reply.errorText = none;
  count(hits.block, poolRefusedHits(pools.records, recordOf(pool)));
}

/** The answer to a rate-limited client: none, BADCOOKIE with a cookie to retry with, or TC to make it retry over TCP. */
export function finishLimited(
  packet: DataView,
  start: number,
  responder: Responder,
  verdict: number,
  shape: number,
): number {
  if (verdict === LIMIT.DROP) return 0;
  if (shape === SHAPE.NO_QUESTION) return finishWithoutQuestion(packet, start, responder, RCODE.BADCOOKIE);
  return finishEmpty(packet, start, responder, verdict === LIMIT.BADCOOKIE ? RCODE.BADCOOKIE : FLAG.TC);
}

/** TC and no records: a client that took part of an answer for all of it would lose mirrors (RFC 2181 §9). */
export function finishTruncated(
  packet: DataView,
  start: number,
  responder: Responder,
  flags: number,
): number {
  count(responder.tally, TALLY.TRUNCATED);
  return finishEmpty(packet, start, responder, flags | FLAG.TC);
}

/** Writes OPT if the query had it (RFC 6891 §6.1.1), then the flags and the count. Returns the length of the message. */
export function finish(
  packet: DataView,
  start: number,
  from: number,
  responder: Responder,
  flagsAndRcode: number,
  ar: number,
): number {
  const { query, tally } = responder;
  count(tally, TALLY.RCODE + (flagsAndRcode & 0x1f));
  const at = query.edns ? writeOpt(packet, start, from, responder, flagsAndRcode) : from;
  packet.setUint16(start + 2, FLAG.QR | (query.flags & KEPT_FLAGS) | (flagsAndRcode & 0x060f));
  packet.setUint16(start + 10, query.edns ? ar + 1 : ar);
  return at - start;
}
