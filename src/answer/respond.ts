/**
 * One query in, one answer out, in place: the answer keeps the query's header and question where they are and is written
 * behind them, so that the question's own bytes come back as they came, case and all (0x20).
 *
 *     parse ─▶ heed options ─▶ limit ─▶ refuse what is not for us ─▶ find the name ─▶ find its answer
 *         (what is decided up to here is in gate.ts)                                       │
 *                                                          header ◀─ OPT ◀─ copy records ◀─┘
 *
 * It is the same for UDP in batches, portable UDP and TCP. It never throws, never waits and allocates nothing; the
 * caller provides room of MAX_MESSAGE (TCP) or UDP_LIMIT octets from `start` on.
 */
import { memberAt, nextPoint, placeOf, UNIT } from '../select/draw.js';
import { CLASS, EXTENDED_ERROR, FLAG, RCODE, TYPE } from '../wire/codes.js';
import { HEADER, parseQuery, type Query, SHAPE } from '../wire/query.js';
import { findChaos } from './chaos.js';
import { optLength, UDP_LIMIT } from './edns.js';
import { findRow } from './find-row.js';
import { finish, finishBare, finishEmpty, finishLimited, finishRefused, finishTruncated } from './finish.js';
import { learn } from './foresee.js';
import { recall } from './foresight.js';
import { heedOptions, LIMIT, lacksCookie, limitAnswer, rcodeOfBare, refuse } from './gate.js';
import { catchmentIn, ipv4Number, locateIPv6, locateNumber, SPECIAL } from './locate.js';
import { findEncloser, findNode } from './names.js';
import {
  counterOf,
  locationAt,
  poolAddresses,
  poolAddressHits,
  poolAddressLength,
  recordOf,
} from './pool-index.js';
import { expectNode, type Responder } from './responder.js';
import { ROW, rowMember, rowMembers, rowN, rowTail, rowTtl } from './rows.js';
import { ANSWER, type LocationMap, NODE, UNSERVED } from './table.js';
import { tailMember } from './tail.js';
import { count, TALLY } from './tally.js';
import { addressOf } from './work-out.js';

/** The most octets of any message (RFC 1035 §4.2.2: a length of two octets goes before it). */
export const MAX_MESSAGE = 65535;
/** What every client takes over UDP (RFC 1035 §2.3.4), and the least that EDNS can say (RFC 6891 §6.2.3). */
const PLAIN_UDP = 512;
/** Octets of a record before its address: owner pointer, type, class, TTL, data length (RFC 1035 §4.1.3). */
const RECORD_HEAD = 12;
const IPV4_LENGTH = 4;

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
  const { query, peer, policy, tally } = responder;
  count(tally, peer.ipv6 ? TALLY.QUERIES_IPV6 : TALLY.QUERIES_IPV4);
  const parsed = parseQuery(packet, start, length, query);
  if (parsed === SHAPE.SILENCE) {
    count(tally, TALLY.SILENT);
    return 0;
  }
  const shape = heedOptions(parsed, overTcp, responder);
  if (!overTcp && policy.rateLimit !== undefined) {
    const verdict = limitAnswer(policy.rateLimit, shape, responder);
    if (verdict !== LIMIT.PASS) return finishLimited(packet, start, responder, verdict, shape);
  }
  if (shape === SHAPE.BROKEN) return finishBare(packet, start, responder, rcodeOfBroken(query));
  if (shape === SHAPE.BARE) return finishBare(packet, start, responder, rcodeOfBare(responder));
  if (query.opcode !== 0) return finishRefused(packet, start, responder, NOT_A_QUERY);
  if (shape === SHAPE.FLAWED) return finishEmpty(packet, start, responder, RCODE.FORMERR);
  if (query.ednsVersion !== 0) return finishEmpty(packet, start, responder, RCODE.BADVERS);
  // RFC 7873 §5.2.3: over TCP a client is who it says, cookie or not.
  if (policy.cookieRequired && !overTcp && lacksCookie(responder))
    return finishEmpty(packet, start, responder, RCODE.BADCOOKIE);
  if (query.class === CLASS.CH) return answerChaos(packet, start, responder);
  const refusal = refuse(query);
  if (refusal !== RCODE.NOERROR) return finishRefused(packet, start, responder, refusal);
  const answer = findAnswer(packet, start, responder);
  if (answer < 0) return finishRefused(packet, start, responder, answer === UNSERVED ? NO_DATA : NOT_OURS);
  return writeAnswer(packet, start, responder, answer);
}

/** RFC 8914 §4.22: "the requested operation or query is not supported". */
const NOT_A_QUERY = RCODE.NOTIMP | (EXTENDED_ERROR.NOT_SUPPORTED << 8);
/** RFC 8914 §4.21: what an authoritative server says of a name that is in none of its zones. */
const NOT_OURS = RCODE.REFUSED | (EXTENDED_ERROR.NOT_AUTHORITATIVE << 8);

/** RFC 8914 §4.25: a zone that the server is for, and has no data of that it could answer with. */
const NO_DATA = RCODE.SERVFAIL | (EXTENDED_ERROR.INVALID_DATA << 8);

/** What the server says of itself, where it says anything (RFC 4892). */
function answerChaos(packet: DataView, start: number, responder: Responder): number {
  const { query, policy } = responder;
  const record = findChaos(packet, start, query, policy.chaos);
  if (record === undefined) return finishRefused(packet, start, responder, refuse(query));
  for (let i = 0; i < record.length; i++) packet.setUint8(query.questionEnd + i, record[i] ?? 0);
  packet.setUint32(start + 6, 1 << 16);
  return finish(packet, start, query.questionEnd + record.length, responder, FLAG.AA, 0);
}

/** The offset in `answers` of what to say; -1 where the name is in none of our zones, UNSERVED where nothing of its zone is. */
function findAnswer(packet: DataView, start: number, responder: Responder): number {
  const { query, table } = responder;
  const { names, answers } = table;
  const { nodes } = names;
  let node = query.isLikely ? responder.likelyNode : findNode(packet, start, query, 0, names);
  if (node < 0) {
    const encloser = findEncloser(packet, start, query, names);
    if (encloser < 0) return -1;
    node = nodes[encloser + NODE.WILDCARD] ?? -1;
    if (node < 0) return nodes[encloser + NODE.MISSING] ?? -1;
  } else if (!query.isLikely) expectNode(responder, node);
  let answer = nodes[node + NODE.FIRST] ?? 0;
  const end = answer + (nodes[node + NODE.COUNT] ?? 0) * ANSWER.WORDS;
  for (; answer < end; answer += ANSWER.WORDS)
    if (answers[answer + ANSWER.TYPE] === query.type) return answer;
  return nodes[node + NODE.NODATA] ?? -1;
}

function writeAnswer(packet: DataView, start: number, responder: Responder, found: number): number {
  const { query, table, pools, rows, reply } = responder;
  const { answers, bodies, pointers } = table;
  const pool = answers[found + ANSWER.POOL] ?? -1;
  const record = recordOf(pool);
  let answer = found;
  let catchment = 0;
  let row = 0;
  let size = 0;
  let poolLength = 0;
  if (pool >= 0) {
    responder.lastPool = pool;
    if (responder.foresight !== undefined) learn(responder.foresight, responder, found, pool);
    catchment = findCatchment(pool, record, responder);
    const alias = reply.scope > 0 ? (answers[found + ANSWER.ALIAS] ?? -1) : -1;
    if (alias < 0) {
      row = findRow(responder, pool, record, catchment);
      size = row < 0 ? 0 : rowN(rows.words, row);
      poolLength = size * (RECORD_HEAD + poolAddressLength(pools.records, record));
    }
    if (size === 0) {
      answer = alias < 0 ? (answers[found + ANSWER.EMPTY] ?? found) : alias;
      // RFC 7871 §7.2.1, §7.4: resolvers keep an alias and a denial for everybody, so neither is said to be for some.
      reply.scope = 0;
    }
  }
  const limit = messageLimit(query, reply.overTcp);
  const flags = authority(query) | (answers[answer + ANSWER.RCODE] ?? 0);
  const fixed = query.questionEnd - start + poolLength + optLength(responder);
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
  if (size > 0) {
    const owner = answers[answer + ANSWER.POOL_OWNER] ?? -1;
    const pointer = 0xc000 | (owner < 0 ? HEADER : query.questionEnd - start + owner);
    at = writeAddresses(packet, at, responder, pool, record, row, pointer);
    count(responder.hits.block, counterOf(pools, record, catchment));
  }
  packet.setUint16(start + 6, (answers[answer + ANSWER.AN] ?? 0) + size);
  packet.setUint16(start + 8, answers[answer + ANSWER.NS] ?? 0);
  return finish(packet, start, at, responder, flags, ar);
}

/** The pool's catchment of the client, and the scope that goes with it. */
function findCatchment(pool: number, record: number, responder: Responder): number {
  const { subnet } = responder.query;
  const location = locationAt(responder.pools, record);
  if (location === undefined) return 0;
  if (subnet.present && subnet.source > 0) {
    const found =
      subnet.family === 2
        ? locateIPv6(location, subnet.address, 0)
        : locate(location, ipv4Number(subnet.address, 0), pool, responder);
    responder.reply.scope = found & 0xff;
    if ((found & SPECIAL) === 0) return catchmentIn(found);
    // RFC 7871 §10: such an address is ignored and its resolver's counts, for all of the block.
  }
  // RFC 7871 §7.1.2: a source prefix of 0 asks for an answer that does not depend on the client.
  const { bytes, offset, ipv6 } = responder.peer;
  const found = ipv6
    ? locateIPv6(location, bytes, offset)
    : locate(location, ipv4Number(bytes, offset), pool, responder);
  return catchmentIn(found);
}

/** As `locateNumber`, which may have been asked already as this message was foreseen. */
function locate(location: LocationMap, address: number, pool: number, responder: Responder): number {
  const { foresight, slot } = responder;
  const known = foresight === undefined ? -1 : recall(foresight, slot, pool, address);
  return known >= 0 ? known : locateNumber(location, address);
}

/** Draws from a row, and writes what is drawn; gives the offset behind it. */
function writeAddresses(
  packet: DataView,
  from: number,
  responder: Responder,
  pool: number,
  record: number,
  row: number,
  owner: number,
): number {
  const { pools, hits, random } = responder;
  const { records, addresses } = pools;
  const { words } = responder.rows;
  const n = rowN(words, row);
  const ttl = rowTtl(words, row);
  const members = rowMembers(words, row);
  const listed = n * UNIT - rowTail(words, row);
  const walk = row + ROW.WALK;
  const firstAddress = poolAddresses(records, record);
  const firstCounter = poolAddressHits(records, record);
  const addressLength = poolAddressLength(records, record);
  // All records have the same head, which is three words.
  const ownerAndType = (owner << 16) | (addressLength === IPV4_LENGTH ? TYPE.A : TYPE.AAAA);
  const classAndTtl = (CLASS.IN << 16) | (ttl >>> 16);
  const ttlAndLength = (ttl << 16) | addressLength;
  const addressWords = addressLength >> 2;
  let point = nextPoint(words, walk, n, random);
  let member = 0;
  for (let i = 0; i < n; i++, point += UNIT) {
    if (point < listed) member = memberAt(words, row + ROW.SUMS, member, members, point);
    const drawn =
      point < listed
        ? rowMember(words, row, members, member)
        : ~beyondListed(responder, pool, row, point - listed);
    const address = drawn >= 0 ? drawn : addressInTurn(responder, pool, ~drawn);
    count(hits.block, firstCounter + address);
    let at = from + placeOf(words, walk, i, n) * (RECORD_HEAD + addressLength);
    packet.setInt32(at, ownerAndType);
    packet.setInt32(at + 4, classAndTtl);
    packet.setInt32(at + 8, ttlAndLength);
    at += RECORD_HEAD;
    const word = firstAddress + address * addressWords;
    for (let j = 0; j < addressWords; j++, at += 4) packet.setInt32(at, addresses[word + j] ?? 0, true);
  }
  return from + n * (RECORD_HEAD + addressLength);
}

/** The candidate at a point of a row's tail. */
function beyondListed({ pools, rows }: Responder, pool: number, row: number, beyond: number): number {
  const tail = pools.tails[pool];
  return tail === undefined ? 0 : tailMember(tail, rows.words, row, beyond);
}

/** The address to answer for a mirror that has several, or one of the tail. */
function addressInTurn({ pools, table, random }: Responder, pool: number, candidate: number): number {
  const rules = pools.tables[pool];
  return rules === undefined ? 0 : addressOf(rules, table.state, candidate, random);
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
 * RFC 8906 §8.1.4: an opcode that is not known is NOTIMP, whatever the message holds, since only the opcode's own document
 * could say what is malformed in it.
 */
function rcodeOfBroken({ opcode, ednsVersion }: Query): number {
  if (opcode !== 0) return RCODE.NOTIMP;
  return ednsVersion === 0 ? RCODE.FORMERR : RCODE.BADVERS;
}

/** Copies octets, four at a time: half the time of one at a time for the bodies of zones. */
function copyOctets(from: DataView, fromAt: number, to: DataView, toAt: number, length: number): void {
  let i = 0;
  for (; i + 4 <= length; i += 4) to.setUint32(toAt + i, from.getUint32(fromAt + i));
  for (; i < length; i++) to.setUint8(toAt + i, from.getUint8(fromAt + i));
}
