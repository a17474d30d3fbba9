/**
 * One TCP connection's bytes: messages with two octets of length before each (RFC 1035 §4.2.2), cut up and put together
 * anew however segments break them. All queries that a segment completes are answered with one write (RFC 7766 §6.2.1).
 */

import { MAX_MESSAGE, respond } from '../answer/respond.js';
import type { Responder } from '../answer/responder.js';
import { count, TALLY } from '../answer/tally.js';
import { HEADER } from '../wire/query.js';
import type { PacketBuffer } from './packet-buffer.js';

/** Octets of the length before each message. */
const PREFIX = 2;
/** Room in which a worker puts together what it writes: one message more than it writes at a time. */
export const REPLY_ROOM = 2 * (PREFIX + MAX_MESSAGE);

export interface TcpStream {
  /** What came of a message that is not complete yet, its length octets included. */
  pending: Buffer;
}

export function newTcpStream(): TcpStream {
  return { pending: Buffer.alloc(0) };
}

/**
 * What became of the octets: `done`, all that could be answered was; `full`, the client does not read what it is sent,
 * and the rest waits until it does; `broken`, they make no sense (a message shorter than a header): cut the stream.
 */
export type Taken = 'done' | 'full' | 'broken';

/**
 * Takes the octets that came and calls `write` with the answers to the queries that they complete, all that fit in one
 * go. `write` says whether it would take more. Without new octets it goes on with those that wait.
 */
export function takeOctets(
  stream: TcpStream,
  octets: Buffer,
  responder: Responder,
  room: PacketBuffer,
  write: (reply: Buffer) => boolean,
): Taken {
  const input = stream.pending.length === 0 ? octets : Buffer.concat([stream.pending, octets]);
  let at = 0;
  let filled = 0;
  /** Whether the client takes more. */
  const flush = (): boolean => {
    const takesMore = filled === 0 || write(Buffer.from(room.bytes.subarray(0, filled)));
    filled = 0;
    return takesMore;
  };
  let takesMore = true;
  while (input.length - at >= PREFIX) {
    const length = input.readUInt16BE(at);
    if (length < HEADER) {
      count(responder.tally, TALLY.DROPPED);
      flush();
      return 'broken';
    }
    if (input.length - at < PREFIX + length) break;
    if (REPLY_ROOM - filled < PREFIX + MAX_MESSAGE) {
      takesMore = flush();
      if (!takesMore) break;
    }
    const start = filled + PREFIX;
    room.bytes.set(input.subarray(at + PREFIX, at + PREFIX + length), start);
    at += PREFIX + length;
    const answered = respond(room.view, start, length, true, responder);
    if (answered === 0) continue;
    room.view.setUint16(filled, answered);
    filled = start + answered;
  }
  if (takesMore) takesMore = flush();
  // A copy, so that a few octets do not keep a whole segment in memory.
  stream.pending = at === input.length ? Buffer.alloc(0) : Buffer.from(input.subarray(at));
  return takesMore ? 'done' : 'full';
}
