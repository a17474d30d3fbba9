/**
 * TXT queries at a name that has challenges: their tokens follow the zone's own TXT records or replace its denial.
 * Challenges are ignored where the zone refers elsewhere for the name (a delegation, an alias).
 */
import { FLAG, TYPE } from '../wire/codes.js';
import { HEADER } from '../wire/query.js';
import {
  CHALLENGE_TTL,
  type Challenges,
  findEntry,
  isStill,
  readingAt,
  recordCount,
  recordsAt,
  recordsLength,
} from './challenges.js';
import { copyOctets } from './copy-octets.js';
import { messageLimit, optLength } from './edns.js';
import { finish, finishTruncated } from './finish.js';
import type { Responder } from './responder.js';

/** Octets of a record before its data, if its owner is a pointer; and the offsets of its type, TTL and data length. */
const RECORD_HEAD = 12;
const TYPE_AT = 2;
const TTL_AT = 6;
const LENGTH_AT = 10;

/**
 * Finishes the answer to a TXT question. The zone's own records end at `end`, and their counts are in the header. Returns
 * the length of the message in octets.
 */
export function finishText(
  packet: DataView,
  start: number,
  end: number,
  responder: Responder,
  flags: number,
  ar: number,
  challenges: Challenges,
): number {
  const { query, reply } = responder;
  const version = readingAt(challenges);
  const entry = findEntry(challenges, version, packet, start + HEADER, query.nameLength);
  const tokens = entry < 0 ? 0 : recordCount(challenges, entry);
  const from = query.questionEnd;
  // The owner of the first record is always a pointer: it is TXT, the SOA of a denial, or a record that refers elsewhere.
  const type = packet.getUint16(from + TYPE_AT);
  if (tokens === 0 || (type !== TYPE.TXT && type !== TYPE.SOA))
    return finish(packet, start, end, responder, flags, ar);
  const own = type === TYPE.TXT ? packet.getUint16(start + 6) : 0;
  const at = own > 0 ? end : from;
  const length = recordsLength(challenges, entry);
  const records = recordsAt(challenges, entry);
  const authority = flags & FLAG.AA;
  const size = at + length - start + optLength(responder);
  // If the challenges are rewritten during the read, the copy may be garbage: the client retries over TCP.
  if (size > messageLimit(query, reply.overTcp) || !isStill(challenges, version))
    return finishTruncated(packet, start, responder, authority);
  copyOctets(challenges.octets, records, packet, at, length);
  if (!isStill(challenges, version)) return finishTruncated(packet, start, responder, authority);
  // RFC 2181 §5.2: the TTLs of an RRset are the same.
  for (let i = 0, record = from; i < own; i++) {
    packet.setUint32(record + TTL_AT, CHALLENGE_TTL);
    record += RECORD_HEAD + packet.getUint16(record + LENGTH_AT);
  }
  packet.setUint16(start + 6, own + tokens);
  packet.setUint16(start + 8, 0);
  return finish(packet, start, at + length, responder, authority, 0);
}
