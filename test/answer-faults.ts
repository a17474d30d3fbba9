/**
 * What may be wrong with an answer, whatever was asked: judged by what the RFCs say of any answer and by an independent
 * decoder, which must be able to read all of it.
 */
import { type DecodedPacket, decode } from 'dns-packet';

const HEADER = 12;

/** What is wrong with the answer to a message, in words; undefined where nothing is. No answer is an empty one. */
export function faultOfAnswer(asked: Uint8Array, answer: Uint8Array, tcp: boolean): string | undefined {
  const asks = new DataView(asked.buffer, asked.byteOffset, asked.length);
  if (answer.length === 0) return isSilencable(asks) ? undefined : 'a query is not answered';
  if (answer.length < HEADER) return 'shorter than a header';
  if (isSilencable(asks)) return 'an answer that is not due';
  const says = new DataView(answer.buffer, answer.byteOffset, answer.length);
  const flags = says.getUint16(2);
  if (says.getUint16(0) !== asks.getUint16(0)) return 'another id';
  if ((flags & 0x8000) === 0) return 'QR is not set';
  // RFC 1035 §4.1.1: opcode and RD are copied; RA, Z and the bits of DNSSEC are nothing that we do.
  if (((flags ^ asks.getUint16(2)) & 0x7900) !== 0) return 'another opcode, or another RD';
  if ((flags & 0x00f0) !== 0) return 'RA, Z, AD or CD is set';
  if (answer.length > limitOf(asks, tcp)) return `${answer.length} octets are more than may be`;
  const questions = says.getUint16(4);
  if (questions > 1) return 'several questions';
  if (questions > asks.getUint16(4)) return 'a question that nobody asked';
  if (questions === 1) {
    const end = questionEnd(asks);
    if (end === undefined) return 'a question that nobody asked';
    for (let i = HEADER; i < end; i++) if (answer[i] !== asked[i]) return 'another question';
  }
  return faultOfDecoding(answer, flags, asks.getUint16(10) > 0);
}

/** RFC 1035 §7.3 and common sense: what is shorter than a header, and what is an answer itself, gets none. */
function isSilencable(asks: DataView): boolean {
  return asks.byteLength < HEADER || (asks.getUint8(2) & 0x80) !== 0;
}

function faultOfDecoding(answer: Uint8Array, flags: number, mayHaveOpt: boolean): string | undefined {
  let decoded: DecodedPacket;
  try {
    decoded = decode(Buffer.from(answer));
  } catch (error) {
    return `it can't be decoded: ${String(error)}`;
  }
  // How far decoding came; the types of dns-packet don't know of it.
  const length: unknown = Reflect.get(decode, 'bytes');
  if (length !== answer.length) return `octets behind the last record: ${String(length)} were read`;
  const { answers = [], authorities = [], additionals = [] } = decoded;
  const opts = additionals.filter(({ type }) => type === 'OPT').length;
  if (opts > 1) return 'several OPT records';
  // RFC 6891 §7: none where the query had none.
  if (opts > 0 && !mayHaveOpt) return 'OPT for who did not ask with it';
  if ([...answers, ...authorities].some(({ type }) => type === 'OPT')) return 'OPT in another section';
  const { questions = [] } = decoded;
  const records = answers.length + authorities.length + additionals.length;
  if (questions.length === 0 && records > opts) return 'records without a question';
  if ((flags & 0x0200) !== 0 && records > opts) {
    return 'TC beside records';
  }
  return undefined;
}

/** The offset behind the first question; undefined where there is no whole one. */
function questionEnd(message: DataView): number | undefined {
  let at = HEADER;
  while (at < message.byteLength) {
    const size = message.getUint8(at);
    if (size > 63) return undefined;
    at += size + 1;
    if (size === 0) return at + 4 <= message.byteLength ? at + 4 : undefined;
  }
  return undefined;
}

/**
 * The most octets that an answer may have: 512, or as many as any OPT record in the query says it takes, from 512 to 1232.
 * A query with several of them is malformed, and its answer small in any case.
 */
function limitOf(message: DataView, tcp: boolean): number {
  if (tcp) return 65_535;
  let limit = 512;
  let at = questionEnd(message) ?? message.byteLength;
  while (at + 10 < message.byteLength) {
    const owner = at;
    while (at < message.byteLength) {
      const size = message.getUint8(at);
      at += size >= 0xc0 ? 2 : size + 1;
      if (size === 0 || size >= 0xc0) break;
    }
    if (at + 10 > message.byteLength) break;
    if (message.getUint16(at) === 41 && at === owner + 1) {
      limit = Math.max(limit, Math.min(1232, message.getUint16(at + 2)));
    }
    at += 10 + message.getUint16(at + 8);
  }
  return limit;
}
