/**
 * TXT at a name that has challenges: their tokens, behind what the zone has there itself or in place of its denial. Where the
 * zone says that others answer for the name (a delegation, an alias), challenges don't count.
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

/** Octets of a record before its data where its owner is a pointer; and where its type, its TTL and its length are. */
const RECORD_HEAD = 12;
const TYPE_AT = 2;
const TTL_AT = 6;
const LENGTH_AT = 10;

/**
 * Finishes an answer to a question for TXT whose records, as the zone has them, end at `end`, with their counts in the
 * header. Gives the message's octets.
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
  // The first record, whose owner is a pointer whatever it is: TXT, the SOA of a denial, or what leads elsewhere.
  const type = packet.getUint16(from + TYPE_AT);
  if (tokens === 0 || (type !== TYPE.TXT && type !== TYPE.SOA))
    return finish(packet, start, end, responder, flags, ar);
  const own = type === TYPE.TXT ? packet.getUint16(start + 6) : 0;
  const at = own > 0 ? end : from;
  const length = recordsLength(challenges, entry);
  const records = recordsAt(challenges, entry);
  const authority = flags & FLAG.AA;
  const size = at + length - start + optLength(responder);
  // What is written anew while it is read may be anything: the client asks again, over TCP.
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
