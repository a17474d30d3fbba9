/**
 * One query in, one answer out, in place: the answer keeps the query's header and question where they are and is written
 * behind them, so that the question's own bytes come back as they came, case and all (0x20).
 *
 *     parse ─▶ refuse what is not for us ─▶ find the name ─▶ find its answer ─▶ copy records ─▶ OPT ─▶ header
 *
 * It is the same for UDP in batches, portable UDP and TCP. It never throws, never waits and allocates nothing; the
 * caller provides room of MAX_MESSAGE (TCP) or UDP_LIMIT octets from `start` on.
 */
import { subnetOptionLength, writeSubnetOption } from '../wire/client-subnet.js';
import { CLASS, FLAG, RCODE, TYPE } from '../wire/codes.js';
import { HEADER, parseQuery, type Query, SHAPE } from '../wire/query.js';
import { locateIPv4, locateIPv6 } from './locate.js';
import { findEncloser, findNode } from './names.js';
import type { Responder } from './responder.js';
import { ANSWER, DECK, NODE, type PoolTable, RECORD_TTL } from './table.js';
import { count, TALLY } from './tally.js';

/** The most octets of an answer over UDP: no path breaks it up (https://dnsflagday.net/2020/). */
export const UDP_LIMIT = 1232;
/** The most octets of any message (RFC 1035 §4.2.2: a length of two octets goes before it). */
export const MAX_MESSAGE = 65535;
/** What every client takes over UDP (RFC 1035 §2.3.4), and the least that EDNS can say (RFC 6891 §6.2.3). */
const PLAIN_UDP = 512;
/** Octets of an OPT record without options. */
const OPT_LENGTH = 11;
/** What a query's flags leave in the answer's: the opcode and RD (RFC 1035 §4.1.1). */
const KEPT_FLAGS = 0x7900;

/**
 * Answers the message of `length` octets at `start`. Gives the answer's octets, or 0 for silence.
 */
export function respond(
  packet: DataView,
  start: number,
  length: number,
  overTcp: boolean,
  responder: Responder,
): number {
  const { query, peer, tally } = responder;
  count(tally, peer.ipv6 ? TALLY.QUERIES_IPV6 : TALLY.QUERIES_IPV4);
  const shape = parseQuery(packet, start, length, query);
  if (shape === SHAPE.SILENCE) {
    count(tally, TALLY.SILENT);
    return 0;
  }
  responder.scope = 0;
  if (shape === SHAPE.BROKEN) return finishBare(packet, start, responder);
  // Of a flawed message only the question is believed.
  if (shape === SHAPE.FLAWED) query.subnet.present = false;
  if (query.opcode !== 0) return finishEmpty(packet, start, responder, RCODE.NOTIMP);
  if (shape === SHAPE.FLAWED) return finishEmpty(packet, start, responder, RCODE.FORMERR);
  if (query.ednsVersion !== 0) return finishEmpty(packet, start, responder, RCODE.BADVERS);
  const refusal = refuse(query);
  if (refusal !== RCODE.NOERROR) return finishEmpty(packet, start, responder, refusal);
  const answer = findAnswer(packet, start, responder);
  if (answer < 0) return finishEmpty(packet, start, responder, RCODE.REFUSED);
  return writeAnswer(packet, start, overTcp, responder, answer);
}

/** What is refused whatever its name, by class and type. */
function refuse(query: Query): number {
  if (query.class !== CLASS.IN && query.class !== CLASS.ANY) return RCODE.REFUSED;
  switch (query.type) {
    case TYPE.AXFR:
    case TYPE.IXFR:
      return RCODE.REFUSED;
    // Types that are no data of any name (RFC 6891 §6.1.1, RFC 2930 §2, RFC 8945 §4.2).
    case TYPE.OPT:
    case TYPE.TKEY:
    case TYPE.TSIG:
      return RCODE.FORMERR;
    case TYPE.MAILA:
    case TYPE.MAILB:
      return RCODE.NOTIMP;
    default:
      return RCODE.NOERROR;
  }
}

/** The offset in `answers` of what to say, or -1 where the name is in none of our zones. */
function findAnswer(packet: DataView, start: number, { query, table }: Responder): number {
  const { names, answers } = table;
  const { nodes } = names;
  let node = findNode(packet, start, query, 0, names);
  if (node < 0) {
    const encloser = findEncloser(packet, start, query, names);
    if (encloser < 0) return -1;
    node = nodes[encloser + NODE.WILDCARD] ?? -1;
    if (node < 0) return nodes[encloser + NODE.MISSING] ?? -1;
  }
  let answer = nodes[node + NODE.FIRST] ?? 0;
  const end = answer + (nodes[node + NODE.COUNT] ?? 0) * ANSWER.WORDS;
  for (; answer < end; answer += ANSWER.WORDS)
    if (answers[answer + ANSWER.TYPE] === query.type) return answer;
  return nodes[node + NODE.NODATA] ?? -1;
}

function writeAnswer(
  packet: DataView,
  start: number,
  overTcp: boolean,
  responder: Responder,
  found: number,
): number {
  const { query, table } = responder;
  const { answers, bodies, pointers } = table;
  const poolNumber = answers[found + ANSWER.POOL] ?? -1;
  const pool = poolNumber < 0 ? undefined : table.pools[poolNumber];
  let answer = found;
  let catchment = 0;
  let deck = 0;
  let size = 0;
  if (pool !== undefined) {
    responder.lastPool = pool;
    catchment = findCatchment(pool, responder);
    deck = (pool.deckOf[catchment] ?? 0) * DECK.WORDS;
    size = pool.decks[deck + DECK.SIZE] ?? 0;
    if (size === 0) answer = answers[found + ANSWER.EMPTY] ?? found;
  }
  const poolLength = pool === undefined ? 0 : size * pool.recordLength;
  const limit = messageLimit(query, overTcp);
  const flags = authority(query) | (answers[answer + ANSWER.RCODE] ?? 0);
  const fixed = query.questionEnd - start + poolLength + optLength(query);
  let ar = answers[answer + ANSWER.AR] ?? 0;
  let bodyLength = answers[answer + ANSWER.LENGTH] ?? 0;
  if (fixed + bodyLength > limit) {
    // The additional section is a courtesy here (there are no referrals), and leaving it out is no truncation: RFC 2181 §9.
    bodyLength = answers[answer + ANSWER.REQUIRED] ?? 0;
    ar = 0;
    if (fixed + bodyLength > limit) return finishTruncated(packet, start, responder, flags);
  }
  let at = query.questionEnd;
  if (bodyLength > 0) {
    copyOctets(bodies, answers[answer + ANSWER.BODY] ?? 0, packet, at, bodyLength);
    setPointers(packet, at, bodyLength, pointers, answers, answer, at - start);
    at += bodyLength;
  }
  if (pool !== undefined && size > 0) {
    const owner = answers[answer + ANSWER.POOL_OWNER] ?? -1;
    const pointer = 0xc000 | (owner < 0 ? HEADER : query.questionEnd - start + owner);
    at = dealCard(packet, at, pool, deck, responder.cursors[poolNumber], pointer);
    const hits = responder.hits[poolNumber];
    if (hits !== undefined) count(hits, catchment < pool.counted ? catchment : 0);
  }
  packet.setUint16(start + 6, (answers[answer + ANSWER.AN] ?? 0) + size);
  packet.setUint16(start + 8, answers[answer + ANSWER.NS] ?? 0);
  return finish(packet, start, at, responder, flags, ar);
}

/** The pool's catchment of the client, and the scope that goes with it. */
function findCatchment(pool: PoolTable, responder: Responder): number {
  const { subnet } = responder.query;
  if (subnet.present && subnet.source > 0) {
    const found =
      subnet.family === 2 ? locateIPv6(pool, subnet.address, 0) : locateIPv4(pool, subnet.address, 0);
    responder.scope = found & 0xff;
    return found >>> 8;
  }
  // RFC 7871 §7.1.2: a source prefix of 0 asks for an answer that does not depend on the client.
  const { bytes, offset, ipv6 } = responder.peer;
  return (ipv6 ? locateIPv6(pool, bytes, offset) : locateIPv4(pool, bytes, offset)) >>> 8;
}

/** Writes the records on the deck's next card; gives the offset behind them. */
function dealCard(
  packet: DataView,
  from: number,
  pool: PoolTable,
  deck: number,
  cursors: Uint32Array | undefined,
  owner: number,
): number {
  const { decks, cards, records, recordLength } = pool;
  const size = decks[deck + DECK.SIZE] ?? 0;
  const ttl = decks[deck + DECK.TTL] ?? 0;
  const number = (deck / DECK.WORDS) | 0;
  const card = cursors?.[number] ?? 0;
  if (cursors !== undefined) cursors[number] = card + 1 < (decks[deck + DECK.CARDS] ?? 0) ? card + 1 : 0;
  const first = (decks[deck + DECK.FIRST] ?? 0) + card * size;
  let at = from;
  for (let i = 0; i < size; i++) {
    const record = (cards[first + i] ?? 0) * recordLength;
    for (let word = 0; word < recordLength; word += 4)
      packet.setUint32(at + word, records.getUint32(record + word));
    packet.setUint16(at, owner);
    packet.setUint32(at + RECORD_TTL, ttl);
    at += recordLength;
  }
  return at;
}

/** Completes the pointers of a body that was copied to `at`; `end` is where the question ends in the message. */
function setPointers(
  packet: DataView,
  at: number,
  length: number,
  pointers: Int32Array,
  answers: Int32Array,
  answer: number,
  end: number,
): void {
  const first = answers[answer + ANSWER.POINTERS] ?? 0;
  const behind = first + (answers[answer + ANSWER.POINTER_COUNT] ?? 0) * 2;
  for (let i = first; i < behind; i += 2) {
    const offset = pointers[i] ?? 0;
    if (offset < length) packet.setUint16(at + offset, 0xc000 | (end + (pointers[i + 1] ?? 0)));
  }
}

/** AA, unless all classes are asked for: RFC 1035 §6.2, such a response "should never be authoritative". */
function authority(query: Query): number {
  return query.class === CLASS.ANY ? 0 : FLAG.AA;
}

function messageLimit(query: Query, overTcp: boolean): number {
  if (overTcp) return MAX_MESSAGE;
  if (!query.edns || query.udpSize < PLAIN_UDP) return PLAIN_UDP;
  return Math.min(query.udpSize, UDP_LIMIT);
}

/**
 * Where the question can't be repeated: the header alone. RFC 8906 §8.1.4: an opcode that is not known is NOTIMP, whatever
 * the message holds, since only the opcode's own document could say what is malformed in it.
 */
function finishBare(packet: DataView, start: number, { query, tally }: Responder): number {
  const rcode = query.opcode === 0 ? RCODE.FORMERR : RCODE.NOTIMP;
  count(tally, TALLY.RCODE + rcode);
  packet.setUint16(start + 2, FLAG.QR | (query.flags & KEPT_FLAGS) | rcode);
  packet.setUint32(start + 4, 0);
  packet.setUint32(start + 8, 0);
  return HEADER;
}

/** An answer with the question and no record but OPT, not authoritative. */
function finishEmpty(packet: DataView, start: number, responder: Responder, rcode: number): number {
  packet.setUint32(start + 6, 0);
  return finish(packet, start, responder.query.questionEnd, responder, rcode, 0);
}

/** TC and nothing else: a client that takes half an answer for a whole one would lose mirrors (RFC 2181 §9). */
function finishTruncated(packet: DataView, start: number, responder: Responder, flags: number): number {
  count(responder.tally, TALLY.TRUNCATED);
  packet.setUint32(start + 6, 0);
  return finish(packet, start, responder.query.questionEnd, responder, flags | FLAG.TC, 0);
}

/** Writes OPT where the query had one (RFC 6891 §6.1.1), then the flags and the count; gives the message's octets. */
function finish(
  packet: DataView,
  start: number,
  from: number,
  { query, scope, tally }: Responder,
  flagsAndRcode: number,
  ar: number,
): number {
  count(tally, TALLY.RCODE + (flagsAndRcode & 0x1f));
  let at = from;
  if (query.edns) {
    const { subnet } = query;
    // Name: root, one octet; type.
    packet.setUint8(at, 0);
    packet.setUint16(at + 1, TYPE.OPT);
    packet.setUint16(at + 3, UDP_LIMIT);
    // The upper bits of the rcode, our version, and DO as it came (RFC 3225 §3).
    packet.setUint32(at + 5, ((flagsAndRcode & 0x1f0) << 20) | (query.dnssecOk ? 0x8000 : 0));
    const withSubnet = subnet.present;
    packet.setUint16(at + 9, withSubnet ? subnetOptionLength(subnet) : 0);
    at += OPT_LENGTH;
    if (withSubnet) {
      count(tally, TALLY.WITH_SUBNET);
      at = writeSubnetOption(packet, at, subnet, scope);
    }
    ar++;
  }
  packet.setUint16(start + 2, FLAG.QR | (query.flags & KEPT_FLAGS) | (flagsAndRcode & 0x060f));
  packet.setUint16(start + 10, ar);
  return at - start;
}

function optLength(query: Query): number {
  if (!query.edns) return 0;
  return OPT_LENGTH + (query.subnet.present ? subnetOptionLength(query.subnet) : 0);
}

/** Copies octets, four at a time: half the time of one at a time for the bodies of zones. */
function copyOctets(from: DataView, fromAt: number, to: DataView, toAt: number, length: number): void {
  let i = 0;
  for (; i + 4 <= length; i += 4) to.setUint32(toAt + i, from.getUint32(fromAt + i));
  for (; i < length; i++) to.setUint8(toAt + i, from.getUint8(fromAt + i));
}
