/**
 * Reads the answer of another server, for the parts of the program that query one: its records of a type, as on the wire.
 */

/** Octets of the header (RFC 1035 §4.1.1), and of a question's type and class. */
const HEADER = 12;
const TYPE_AND_CLASS = 4;
/** Octets of a record between its owner and its data (§4.1.3). */
const BEFORE_DATA = 10;

export interface AnswerRecord {
  /** Seconds. */
  readonly ttl: number;
  readonly data: Uint8Array;
}

/** The records of a type in the answer section of an answer to one question. Throws RangeError if the message is cut off. */
export function answersIn(message: Buffer, wanted: number): readonly AnswerRecord[] {
  let at = afterName(message, HEADER) + TYPE_AND_CLASS;
  const found: AnswerRecord[] = [];
  for (let left = message.readUInt16BE(6); left > 0; left--) {
    at = afterName(message, at);
    const type = message.readUInt16BE(at);
    const ttl = message.readUInt32BE(at + 4);
    const end = at + BEFORE_DATA + message.readUInt16BE(at + 8);
    if (end > message.length) throw new RangeError('a record ends behind its message');
    if (type === wanted) found.push({ ttl, data: message.subarray(at + BEFORE_DATA, end) });
    at = end;
  }
  return found;
}

/** The offset after a name, which may end in a pointer (RFC 1035 §4.1.4). */
function afterName(message: Buffer, at: number): number {
  let next = at;
  for (;;) {
    const octet = message.readUInt8(next);
    if (octet >= 0xc0) return next + 2;
    if (octet === 0) return next + 1;
    next += 1 + octet;
  }
}
