/**
 * The octets of one TCP connection: messages, each with its length in two octets before it (RFC 1035 §4.2.2), reassembled
 * however segments split them. All queries that a segment completes are answered with one write (RFC 7766 §6.2.1). What
 * waits for a client is bounded: once there are WRITE_AT octets they are handed over, and `write` says whether to go on.
 */

import { MAX_MESSAGE } from '../answer/edns.js';
import { respond } from '../answer/respond.js';
import type { Responder } from '../answer/responder.js';
import { count, TALLY } from '../answer/tally.js';
import { HEADER } from '../wire/query.js';
import type { PacketBuffer } from './packet-buffer.js';

/** Octets of the length prefix of each message. */
const PREFIX = 2;
/** Octets of answers after which a write begins; the last answer may exceed it. */
const WRITE_AT = 1 << 14;
/** Size of the buffer in which a worker collects what it writes. */
export const REPLY_ROOM = WRITE_AT + PREFIX + MAX_MESSAGE;
/** Octets of buffer that an incomplete message begins with. */
const FIRST_ROOM = 512;

export interface TcpStream {
  /** Buffer for a message that is not complete yet, including its length prefix. */
  pending: Buffer;
  /** How many octets of the buffer are filled. */
  held: number;
}

const NO_ROOM = Buffer.alloc(0);

export function newTcpStream(): TcpStream {
  return { pending: NO_ROOM, held: 0 };
}

/**
 * What became of the octets. `done`: all complete queries were answered. `full`: the client does not read its answers, and
 * the rest waits until it does. `broken`: the octets make no sense (a message shorter than a header), so the stream must be
 * cut.
 */
export interface TakenOctets {
  readonly outcome: 'done' | 'full' | 'broken';
  /** Whether they completed a message. */
  readonly whole: boolean;
}

/**
 * Takes received octets and calls `write` with the answers to the queries that they complete, as many at once as fit.
 * `write` returns whether it takes more. Called without new octets, it goes on with those that wait.
 */
export function takeOctets(
  stream: TcpStream,
  octets: Buffer,
  responder: Responder,
  room: PacketBuffer,
  write: (reply: Buffer) => boolean,
): TakenOctets {
  const input = inputOf(stream, octets);
  let at = 0;
  let filled = 0;
  /** Writes what is filled; returns whether the client takes more. */
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
      return { outcome: 'broken', whole: at > 0 };
    }
    if (input.length - at < PREFIX + length) break;
    if (filled >= WRITE_AT) {
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
  keep(stream, input, at);
  return { outcome: takesMore ? 'done' : 'full', whole: at > 0 };
}

/**
 * The octets to read: those that wait, then the new ones. The buffer doubles as it fills, so that a message that arrives
 * octet by octet is not copied for each of them, and a message of which only the length has arrived takes no room.
 */
function inputOf(stream: TcpStream, octets: Buffer): Buffer {
  const { held } = stream;
  if (held === 0) return octets;
  const needed = held + octets.length;
  if (needed > stream.pending.length) {
    const room = Buffer.allocUnsafeSlow(Math.max(needed, 2 * stream.pending.length));
    stream.pending.copy(room, 0, 0, held);
    stream.pending = room;
  }
  octets.copy(stream.pending, held);
  stream.held = needed;
  return stream.pending.subarray(0, needed);
}

/** Keeps the input after `at`: in a copy, so that a few octets do not keep a whole segment in memory. */
function keep(stream: TcpStream, input: Buffer, at: number): void {
  const rest = input.length - at;
  if (rest === 0) stream.pending = NO_ROOM;
  else if (at > 0 || stream.held === 0) {
    const room = Buffer.allocUnsafeSlow(Math.max(rest, FIRST_ROOM));
    input.copy(room, 0, at);
    stream.pending = room;
  }
  stream.held = rest;
}
