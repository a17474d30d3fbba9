/**
 * Draws the addresses of an answer from a row, and writes each one as it is drawn: drawing all of them first took a few
 * percent longer.
 */
import { memberAt, nextPoint, placeOf, turnOf, UNIT } from '../select/draw.js';
import { CLASS, TYPE } from '../wire/codes.js';
import { poolAddresses, poolAddressHits, poolAddressLength } from './pool-index.js';
import type { Responder } from './responder.js';
import { ROW, rowMember, rowMembers, rowN, rowTail, rowTtl } from './rows.js';
import { tailMember } from './tail.js';
import { count } from './tally.js';
import { addressOf } from './work-out.js';

/** Octets of a record before its data: owner pointer, type, class, TTL, data length (RFC 1035 §4.1.3). */
export const RECORD_HEAD = 12;
const IPV4_LENGTH = 4;

/**
 * Draws from a row and writes the records. Returns the offset after them. `drawn` then holds the numbers of the addresses,
 * in the order in which they were drawn.
 */
export function drawAddresses(
  packet: DataView,
  from: number,
  responder: Responder,
  pool: number,
  record: number,
  row: number,
  owner: number,
): number {
  const { pools, hits, random, drawn } = responder;
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
  // All records have the same head of three words.
  const ownerAndType = (owner << 16) | (addressLength === IPV4_LENGTH ? TYPE.A : TYPE.AAAA);
  const classAndTtl = (CLASS.IN << 16) | (ttl >>> 16);
  const ttlAndLength = (ttl << 16) | addressLength;
  const addressWords = addressLength >> 2;
  let point = nextPoint(words, walk, n, random);
  const turn = turnOf(words, walk, n);
  let member = 0;
  let choice = -1;
  for (let i = 0; i < n; i++, point += UNIT) {
    if (point < listed) member = memberAt(words, row + ROW.PAIRS, member, members, point, listed);
    const who =
      point < listed ? rowMember(words, row, member) : ~beyondListed(responder, pool, row, point - listed);
    // One choice for all mirrors of the answer that have several addresses: this leaves fewer different sets to sign.
    if (who < 0 && choice < 0) choice = random();
    const address = who >= 0 ? who : addressInTurn(responder, pool, ~who, choice);
    drawn[i] = address;
    count(hits.block, firstCounter + address);
    let at = from + placeOf(words, walk, i, n, turn) * (RECORD_HEAD + addressLength);
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

/** The address to answer for a mirror of the tail, or one that has several addresses. */
function addressInTurn({ pools, table }: Responder, pool: number, candidate: number, choice: number): number {
  const rules = pools.tables[pool];
  return rules === undefined ? 0 : addressOf(rules, table.state, candidate, choice);
}
