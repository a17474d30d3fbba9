/**
 * Makes answers smaller that are too large for the interface they leave by. They must not be fragmented (RFC 9715 §3.1, R1
 * and R2), so they are made smaller in place (R3 and R4). First the additional section goes: it is a courtesy (RFC 2181 §9),
 * except in a referral (RFC 9471 §3.1). Then all records go, and TC sends the client to TCP. OPT stays.
 */
import { count, TALLY, type Tally } from '../answer/tally.js';
import { FLAG, TYPE } from '../wire/codes.js';
import { HEADER, skipName } from '../wire/query.js';

/** Octets of a question after its name, and of a record between its name and its data. */
const QUESTION_REST = 4;
const RECORD_REST = 10;

/** Makes one of our answers, at `start`, smaller by one step. Returns its new length, or the same one if no step is left. */
export function shrink(packet: DataView, start: number, length: number, tally: Tally): number {
  const flags = packet.getUint16(start + 2);
  if ((flags & FLAG.TC) !== 0) return length;
  const end = start + length;
  let at = start + HEADER;
  for (let i = packet.getUint16(start + 4); i > 0; i--) at = skipName(packet, at, end) + QUESTION_REST;
  const questionEnd = at;
  const required = packet.getUint16(start + 6) + packet.getUint16(start + 8);
  const additional = packet.getUint16(start + 10);
  let requiredEnd = at;
  let last = at;
  for (let i = 0; i < required + additional; i++) {
    last = at;
    const rest = skipName(packet, at, end);
    at = rest + RECORD_REST + packet.getUint16(rest + RECORD_REST - 2);
    if (i + 1 === required) requiredEnd = at;
  }
  // OPT, if present, is the last record, and its name is the root.
  const hasOpt = additional > 0 && packet.getUint8(last) === 0 && packet.getUint16(last + 1) === TYPE.OPT;
  const kept = hasOpt ? 1 : 0;
  const from = hasOpt ? last : end;
  let to = requiredEnd;
  if (additional === kept || (flags & FLAG.AA) === 0) {
    count(tally, TALLY.TRUNCATED);
    packet.setUint16(start + 2, flags | FLAG.TC);
    packet.setUint32(start + 6, 0);
    to = questionEnd;
  }
  packet.setUint16(start + 10, kept);
  for (let octet = from; octet < end; octet++) packet.setUint8(to++, packet.getUint8(octet));
  return to - start;
}
