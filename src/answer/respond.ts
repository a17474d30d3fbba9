/**
 * One query in, one answer out, in place: the query's header and question stay where they are, and the answer is written
 * after them, so that the question is returned byte for byte, its case included (0x20).
 *
 *     parse ─▶ process EDNS ─▶ limit ─▶ refuse what is not for us ─▶ find the name ─▶ find its answer
 *         (the steps up to here are in preprocess.ts)                                            │
 *                                                          header ◀─ OPT ◀─ copy records ◀─┘
 *
 * It is the same for UDP in batches, portable UDP and TCP. It never throws, never waits and allocates nothing. The caller
 * provides room for MAX_MESSAGE (TCP) or UDP_LIMIT octets from `start` on.
 */
import { CLASS, EXTENDED_ERROR, FLAG, RCODE, TYPE } from '../wire/codes.js';
import { HEADER, parseQuery, type Query, SHAPE } from '../wire/query.js';
import { finishText } from './answer-challenge.js';
import { catchmentAt, isRefusedCatchment } from './catchments.js';
import { challengedLength } from './challenges.js';
import { findChaos } from './chaos.js';
import { copyOctets } from './copy-octets.js';
import { drawAddresses, RECORD_HEAD } from './draw-addresses.js';
import { messageLimit, optLength } from './edns.js';
import { findRow } from './find-row.js';
import {
  finish,
  finishEmpty,
  finishFailed,
  finishLimited,
  finishRefused,
  finishTruncated,
  finishWithoutQuestion,
  flagsFor,
  NOBODY,
  NOBODY_UP,
  noteRefusal,
} from './finish.js';
import { catchmentIn, ipv4Number, locateIPv6, locateNumber, SPECIAL } from './locate.js';
import { findClosestEncloser, findNode } from './names.js';
import { counterOf, locationAt, poolAddressLength, recordOf } from './pool-index.js';
import { learn } from './prefetch.js';
import { prefetchedLocation } from './prefetched.js';
import { LIMIT, lacksCookie, limitAnswer, processEdns, rcodeWithoutQuestion, refuse } from './preprocess.js';
import { findGap, proofsLength, writeProofs } from './proofs.js';
import { reflect } from './reflect.js';
import { expectNode, type Responder } from './responder.js';
import { FAILED, REFUSED, rowN } from './rows.js';
import { setPointers } from './set-pointers.js';
import { signAddresses, signatureLength } from './sign-addresses.js';
import { ANSWER, guardedBy, type LocationMap, NODE, nodeNameLength, REFLECTION, UNSERVED } from './table.js';
import { count, TALLY } from './tally.js';

/** Answers the message of `length` octets at `start`. Returns the length of the answer, or 0 if none is sent. */
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
  const shape = processEdns(parsed, overTcp, responder);
  if (!overTcp && policy.rateLimit !== undefined) {
    const verdict = limitAnswer(policy.rateLimit, shape, responder);
    if (verdict !== LIMIT.PASS) return finishLimited(packet, start, responder, verdict, shape);
  }
  if (shape === SHAPE.BAD_QUESTION)
    return finishWithoutQuestion(packet, start, responder, rcodeOfBroken(query));
  if (shape === SHAPE.NO_QUESTION)
    return finishWithoutQuestion(packet, start, responder, rcodeWithoutQuestion(responder));
  if (query.opcode !== 0) return finishRefused(packet, start, responder, NOT_A_QUERY);
  if (shape === SHAPE.BAD_AFTER_QUESTION) return finishEmpty(packet, start, responder, RCODE.FORMERR);
  if (query.ednsVersion !== 0) return finishEmpty(packet, start, responder, RCODE.BADVERS);
  // RFC 7873 §5.2.3: over TCP the client's address is not forged, with or without a cookie.
  if (policy.cookieRequired && !overTcp && lacksCookie(responder))
    return finishEmpty(packet, start, responder, RCODE.BADCOOKIE);
  if (query.class === CLASS.CH) return answerChaos(packet, start, responder);
  const refusal = refuse(query);
  if (refusal !== RCODE.NOERROR) return finishRefused(packet, start, responder, refusal);
  const answer = findAnswer(packet, start, responder);
  if (answer >= 0) {
    const found = query.dnssecOk ? answer + responder.table.signedFrom : answer;
    return writeAnswer(packet, start, responder, found, flagsFor(query));
  }
  if (answer <= EMPTY_NAME)
    return writeAnswer(packet, start, responder, EMPTY_NAME - answer, flagsFor(query) & ~RCODE.NXDOMAIN);
  return finishRefused(packet, start, responder, answer === UNSERVED ? NO_DATA : NOT_OURS);
}

/** For a name that exists without data of that type: this minus the offset of the answer for names that do not exist. */
const EMPTY_NAME = -16;

/** RFC 8914 §4.22: "the requested operation or query is not supported". */
const NOT_A_QUERY = RCODE.NOTIMP | (EXTENDED_ERROR.NOT_SUPPORTED << 8);
/** RFC 8914 §4.21: an authoritative server's error for a name that is in none of its zones. */
const NOT_OURS = RCODE.REFUSED | (EXTENDED_ERROR.NOT_AUTHORITATIVE << 8);

/** RFC 8914 §4.25: the server is authoritative for the zone, but has no usable data for it. */
const NO_DATA = RCODE.SERVFAIL | (EXTENDED_ERROR.INVALID_DATA << 8);

/** What the server says about itself, if anything (RFC 4892). */
function answerChaos(packet: DataView, start: number, responder: Responder): number {
  const { query, policy } = responder;
  const record = findChaos(packet, start, query, policy.chaos);
  if (record === undefined) return finishRefused(packet, start, responder, refuse(query));
  for (let i = 0; i < record.length; i++) packet.setUint8(query.questionEnd + i, record[i] ?? 0);
  packet.setUint32(start + 6, 1 << 16);
  return finish(packet, start, query.questionEnd + record.length, responder, FLAG.AA, 0);
}

/** The offset of the answer in `answers`; -1: the name is in none of our zones; UNSERVED: its zone has no data to serve. */
function findAnswer(packet: DataView, start: number, responder: Responder): number {
  const { query, table, policy } = responder;
  const { names, answers } = table;
  const { nodes } = names;
  let node = query.isLikely ? responder.likelyNode : findNode(packet, start, query, 0, names);
  if (node < 0) {
    const encloser = findClosestEncloser(packet, start, query, names);
    if (encloser < 0) return -1;
    if (query.dnssecOk) responder.reply.gap = findGap(packet, start, query, table, encloser);
    const missing = nodes[encloser + NODE.MISSING] ?? -1;
    const challenged =
      policy.challenges === undefined ? 0 : challengedLength(policy.challenges, packet, start, query);
    if (missing >= 0 && challenged > nodeNameLength(nodes, encloser))
      return challenged === query.nameLength ? EMPTY_NAME - missing : missing;
    node = nodes[encloser + NODE.WILDCARD] ?? -1;
    if (node < 0) return missing;
  } else if (!query.isLikely) expectNode(responder, node);
  let answer = nodes[node + NODE.FIRST] ?? 0;
  const end = answer + (nodes[node + NODE.COUNT] ?? 0) * ANSWER.WORDS;
  for (; answer < end; answer += ANSWER.WORDS)
    if (answers[answer + ANSWER.TYPE] === query.type) return answer;
  return nodes[node + NODE.NODATA] ?? -1;
}

/** Writes an answer, with those of its flags that are in `mask`. */
function writeAnswer(
  packet: DataView,
  start: number,
  responder: Responder,
  found: number,
  mask: number,
): number {
  const { query, table, pools, rows, reply, policy } = responder;
  const { answers, bodies, pointers } = table;
  const pool = answers[found + ANSWER.POOL] ?? -1;
  const record = recordOf(pool);
  let answer = found;
  let catchment = 0;
  let row = 0;
  let size = 0;
  let poolLength = 0;
  const signer = query.dnssecOk ? responder.signing.signers[pool] : undefined;
  if (pool >= 0) {
    responder.lastPool = pool;
    if (responder.prefetched !== undefined) learn(responder.prefetched, responder, found, pool);
    catchment = findCatchment(pool, record, responder);
    const leading = answers[found + ANSWER.ALIAS] ?? -1;
    let alias = reply.scope > 0 ? leading : -1;
    if (alias < 0) {
      row = findRow(responder, pool, record, catchment);
      size = row < 0 ? 0 : rowN(rows.words, row);
      if (size === FAILED) return finishFailed(packet, start, responder, NOBODY_UP);
      if (size === REFUSED) {
        if (leading < 0) return refuseClient(packet, start, responder, found, mask, pool);
        // The pool refuses, but its alias does not: clients that follow the alias are refused at its target.
        alias = leading;
        size = 0;
      }
      poolLength = size * (RECORD_HEAD + poolAddressLength(pools.records, record));
      if (size > 0 && signer !== undefined) poolLength += signatureLength(signer);
    }
    if (size === 0) {
      answer = alias < 0 ? (answers[found + ANSWER.EMPTY] ?? found) : alias;
      // RFC 7871 §7.2.1, §7.4: resolvers cache an alias and a denial for all clients, so neither gets a narrower scope.
      reply.scope = 0;
      if (answer < 0) return finishFailed(packet, start, responder, NOBODY);
    }
  } else if (pool === REFLECTION) {
    const told = answers[found + ANSWER.REFLECTED] ?? -1;
    return reflect(packet, start, responder, told, mask & FLAG.AA, messageLimit(query, reply.overTcp));
  } else if (pool < REFLECTION && isRefused(responder, guardedBy(pool))) {
    return refuseClient(packet, start, responder, found, mask, guardedBy(pool));
  }
  const limit = messageLimit(query, reply.overTcp);
  const flags = (answers[answer + ANSWER.FLAGS] ?? 0) & mask;
  const proofs = query.dnssecOk ? proofsLength(responder, answer) : 0;
  const fixed = query.questionEnd - start + poolLength + proofs + optLength(responder);
  let ar = answers[answer + ANSWER.AR] ?? 0;
  let bodyLength = answers[answer + ANSWER.LENGTH] ?? 0;
  if (fixed + bodyLength > limit) {
    // The additional section is optional: omitting it is no truncation (RFC 2181 §9), except for glue (RFC 9471 §3.1).
    bodyLength = answers[answer + ANSWER.REQUIRED] ?? 0;
    ar = answers[answer + ANSWER.GLUE] ?? 0;
    if (fixed + bodyLength > limit) return finishTruncated(packet, start, responder, flags);
  }
  let at = query.questionEnd;
  let records = (answers[answer + ANSWER.AN] ?? 0) + size;
  if (bodyLength > 0) {
    copyOctets(bodies, answers[answer + ANSWER.BODY] ?? 0, packet, at, bodyLength);
    const first = answers[answer + ANSWER.POINTERS] ?? 0;
    const count = answers[answer + ANSWER.POINTER_COUNT] ?? 0;
    setPointers(packet, at, bodyLength, pointers, first, count, at - start);
    at += bodyLength;
  }
  if (size > 0) {
    const owner = answers[answer + ANSWER.POOL_OWNER] ?? -1;
    const pointer = 0xc000 | (owner < 0 ? HEADER : query.questionEnd - start + owner);
    const from = at;
    at = drawAddresses(packet, from, responder, pool, record, row, pointer);
    if (signer !== undefined) {
      at = signAddresses(packet, from, responder, signer, pool, record, catchment, row, pointer);
      records++;
    }
    count(responder.hits.block, counterOf(pools, record, catchment));
  }
  packet.setUint16(start + 6, records);
  const ns = answers[answer + ANSWER.NS] ?? 0;
  packet.setUint16(start + 8, ns);
  if (proofs > 0) at = writeProofs(packet, start, at, responder, answer, ns);
  if (query.type === TYPE.TXT && policy.challenges !== undefined)
    return finishText(packet, start, at, responder, flags, ar, policy.challenges);
  return finish(packet, start, at, responder, flags, ar);
}

/** The pool's answer to a client that it refuses. */
function refuseClient(
  packet: DataView,
  start: number,
  responder: Responder,
  found: number,
  mask: number,
  pool: number,
): number {
  noteRefusal(responder, pool, start);
  const instead = responder.table.answers[found + ANSWER.REFUSED] ?? -1;
  if (instead < 0) return finishEmpty(packet, start, responder, RCODE.REFUSED);
  const length = writeAnswer(packet, start, responder, instead, mask);
  // RFC 7871 §7.4: resolvers cache a denial for all of their clients, unless its TTL is 0.
  if (responder.query.subnet.present && packet.getUint16(start + 8) === 1)
    packet.setUint32(responder.query.questionEnd + SOA_TTL, 0);
  return length;
}

/** The offset, after the question, of the TTL of a denial's only record: owner pointer and type and class precede it. */
const SOA_TTL = 6;

/** Whether the pool refuses the client. If so, the reply has the scope of the refusal. */
function isRefused(responder: Responder, pool: number): boolean {
  const { catchments } = responder.pools.tables[pool] ?? {};
  if (catchments === undefined) return false;
  const at = catchmentAt(catchments, findCatchment(pool, recordOf(pool), responder));
  if (isRefusedCatchment(catchments.words, at)) return true;
  // Clients that are not refused all get the same answer.
  responder.reply.scope = 0;
  return false;
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
    // RFC 7871 §10: such an address is ignored, and the resolver's own is used, for the whole block.
  }
  // RFC 7871 §7.1.2: a source prefix length of 0 asks for an answer that does not depend on the client.
  const { bytes, offset, ipv6 } = responder.peer;
  const found = ipv6
    ? locateIPv6(location, bytes, offset)
    : locate(location, ipv4Number(bytes, offset), pool, responder);
  return catchmentIn(found);
}

/** As `locateNumber`, but its result may be known already from prefetching this message. */
function locate(location: LocationMap, address: number, pool: number, responder: Responder): number {
  const { prefetched, slot } = responder;
  const known = prefetched === undefined ? -1 : prefetchedLocation(prefetched, slot, pool, address);
  return known >= 0 ? known : locateNumber(location, address);
}

/**
 * RFC 8906 §8.1.4: an unknown opcode gets NOTIMP whatever the message contains, since only the opcode's own specification
 * could say what is malformed in it.
 */
function rcodeOfBroken({ opcode, ednsVersion }: Query): number {
  if (opcode !== 0) return RCODE.NOTIMP;
  return ednsVersion === 0 ? RCODE.FORMERR : RCODE.BADVERS;
}
