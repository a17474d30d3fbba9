/**
 * A query as received, parsed once. Parsing reads the datagram in place and leaves what answering needs in one `Query`,
 * which each worker keeps, so that no query costs an allocation. The whole message is checked before anything is looked up:
 * a malformed one is never answered with anything but FORMERR.
 */
import { type ClientSubnet, clearSubnet, newClientSubnet, readSubnet } from './client-subnet.js';
import { EDNS_OPTION, TYPE } from './codes.js';
import { type Cookie, newCookie, readCookie } from './cookie.js';
import { type FoldedNames, hashStep, isSameName, LOWER, MAX_NAME, NAME_HASH_START } from './names.js';

/** The header's octets (RFC 1035 §4.1.1). */
export const HEADER = 12;
/** The most labels that fit in 255 octets, the root not counted. */
const MAX_LABELS = 127;

/** The form of a message, as opposed to its content. */
export const SHAPE = {
  /** Well formed, one question. */
  GOOD: 0,
  /** Must not be answered: too short for a header, or a response itself. */
  SILENCE: 1,
  /** There is no question that the answer could repeat: it is malformed, or there are several. */
  BAD_QUESTION: 2,
  /** Malformed after the question. */
  BAD_AFTER_QUESTION: 3,
  /** Well formed, without a question: with a cookie option it asks for our server cookie (RFC 7873 §5.4). */
  NO_QUESTION: 4,
} as const;

/** Bits for the options that were present, other than the client subnet. */
export const OPTION = {
  COOKIE: 1,
  NSID: 2,
  /** A request for the idle time of a TCP connection; it has no data (RFC 7828 §3.1). */
  KEEPALIVE: 4,
  KEEPALIVE_MALFORMED: 8,
} as const;

/** Where the name is that will most likely be asked for. */
export interface LikelyName {
  names: FoldedNames;
  at: number;
  /** 0: no name is expected. */
  length: number;
}

export interface Query {
  /** The second word of the header. */
  flags: number;
  opcode: number;
  /** The offset in the packet after the question, where the answer starts. */
  questionEnd: number;
  /** Octets of the question's name, including its root. */
  nameLength: number;
  /**
   * The name that the caller expects. Nearly all queries to a pool are for the same name, and comparing with that takes less
   * time than a lookup.
   */
  readonly likely: LikelyName;
  /** Whether the query has that name. If so, the fields from `labels` to `suffixHash` are not updated. */
  isLikely: boolean;
  labels: number;
  /** Where each label's length octet is, from the packet's start: up to 264, more than an octet holds. */
  readonly labelAt: Uint16Array;
  /** The hash of the name from each label on; the last entry is the root's. */
  readonly suffixHash: Int32Array;
  type: number;
  class: number;
  edns: boolean;
  /** The most octets that the client says it accepts over UDP. */
  udpSize: number;
  ednsVersion: number;
  dnssecOk: boolean;
  readonly subnet: ClientSubnet;
  /** Bits of OPTION. */
  options: number;
  readonly cookie: Cookie;
}

const NOTHING = new DataView(new ArrayBuffer(0));

/** A query with room for the longest name; create one per worker. Expected names are among `names`. */
export function newQuery(names: FoldedNames = { octets: NOTHING }): Query {
  return {
    flags: 0,
    opcode: 0,
    questionEnd: HEADER,
    nameLength: 0,
    likely: { names, at: 0, length: 0 },
    isLikely: false,
    labels: 0,
    labelAt: new Uint16Array(MAX_LABELS + 1),
    suffixHash: new Int32Array(MAX_LABELS + 1),
    type: 0,
    class: 0,
    edns: false,
    udpSize: 512,
    ednsVersion: 0,
    dnssecOk: false,
    subnet: newClientSubnet(),
    options: 0,
    cookie: newCookie(),
  };
}

/** Parses the message at `start`, `length` octets long, into `query`. Returns its shape (SHAPE). */
export function parseQuery(packet: DataView, start: number, length: number, query: Query): number {
  query.edns = false;
  query.udpSize = 512;
  query.ednsVersion = 0;
  query.dnssecOk = false;
  clearSubnet(query.subnet);
  query.options = 0;
  query.cookie.size = 0;
  query.questionEnd = start + HEADER;
  if (length < HEADER) return SHAPE.SILENCE;
  query.flags = packet.getUint16(start + 2);
  // A response is never answered: two servers would answer each other forever.
  if ((query.flags & 0x8000) !== 0) return SHAPE.SILENCE;
  query.opcode = (query.flags >> 11) & 15;
  const end = start + length;
  const questions = packet.getUint16(start + 4);
  if (questions !== 1) return parseOdd(packet, start, end, questions, query);
  query.isLikely = hasLikelyName(packet, start, end, query);
  const afterName = query.isLikely ? start + HEADER + query.nameLength : readName(packet, start, end, query);
  if (afterName < 0 || afterName + 4 > end) return SHAPE.BAD_QUESTION;
  query.type = packet.getUint16(afterName);
  query.class = packet.getUint16(afterName + 2);
  query.questionEnd = afterName + 4;
  return readRecords(packet, start, query.questionEnd, end, query) ? SHAPE.GOOD : SHAPE.BAD_AFTER_QUESTION;
}

/**
 * A message with no question or with several. RFC 9619 §4: several are FORMERR. Without any it is valid only for cookies.
 * Its OPT record is read in both cases, since the answer must then have one too (RFC 6891 §6.1.1).
 */
function parseOdd(packet: DataView, start: number, end: number, questions: number, query: Query): number {
  let at = start + HEADER;
  for (let i = 0; i < questions; i++) {
    at = skipName(packet, at, end);
    if (at < 0 || at + 4 > end) return SHAPE.BAD_QUESTION;
    at += 4;
  }
  const whole = readRecords(packet, start, at, end, query);
  return whole && questions === 0 ? SHAPE.NO_QUESTION : SHAPE.BAD_QUESTION;
}

/** Whether the question has the expected name. If so, it is well formed, as that name is. */
function hasLikelyName(packet: DataView, start: number, end: number, query: Query): boolean {
  const { names, at, length } = query.likely;
  if (length === 0 || start + HEADER + length > end) return false;
  if (!isSameName(packet, start + HEADER, names, at, length)) return false;
  query.nameLength = length;
  return true;
}

/** Reads the question's name. Returns the offset after it, or -1. A pointer is invalid: no name comes before it. */
function readName(packet: DataView, start: number, end: number, query: Query): number {
  let at = start + HEADER;
  let labels = 0;
  for (;;) {
    if (at >= end) return -1;
    const size = packet.getUint8(at);
    if (size === 0) break;
    // RFC 1035 §4.1.4: the top two bits are 00 for a label; 11 is a pointer, 01 and 10 are reserved.
    if (size > 63) return -1;
    query.labelAt[labels++] = at - start;
    at += size + 1;
    if (at - start - HEADER >= MAX_NAME) return -1;
  }
  query.labels = labels;
  query.nameLength = at + 1 - start - HEADER;
  hashSuffixes(packet, start, at, query);
  return at + 1;
}

function hashSuffixes(packet: DataView, start: number, rootAt: number, query: Query): void {
  const { labelAt, suffixHash } = query;
  let hash = NAME_HASH_START;
  let at = rootAt - 1;
  suffixHash[query.labels] = hash;
  for (let label = query.labels - 1; label >= 0; label--) {
    const first = start + (labelAt[label] ?? 0);
    for (; at >= first; at--) hash = hashStep(hash, LOWER[packet.getUint8(at)] ?? 0);
    suffixHash[label] = hash;
  }
}

/** Walks the records from `from` on and finds the OPT record. Returns false if anything is malformed. */
function readRecords(packet: DataView, start: number, from: number, end: number, query: Query): boolean {
  const before = packet.getUint16(start + 6) + packet.getUint16(start + 8);
  const count = before + packet.getUint16(start + 10);
  let at = from;
  for (let i = 0; i < count; i++) {
    const owner = at;
    at = skipName(packet, at, end);
    if (at < 0 || at + 10 > end) return false;
    const type = packet.getUint16(at);
    const dataAt = at + 10;
    const dataEnd = dataAt + packet.getUint16(at + 8);
    if (dataEnd > end) return false;
    if (type === TYPE.OPT) {
      // RFC 6891 §6.1.1: the OPT record is in the additional section, its name is the root, and there is at most one.
      if (query.edns || i < before || at !== owner + 1) return false;
      if (!readOpt(packet, at, dataAt, dataEnd, query)) return false;
    }
    at = dataEnd;
  }
  return at === end;
}

/** The offset after a name that may end in a pointer, or -1. The pointer is not followed. */
export function skipName(packet: DataView, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const size = packet.getUint8(at);
    if (size === 0) return at + 1;
    if (size >= 0xc0) return at + 2;
    if (size > 63) return -1;
    at += size + 1;
    if (at - from >= MAX_NAME) return -1;
  }
  return -1;
}

/** Reads the OPT record whose type is at `at` (RFC 6891 §6.1.2). The options must fill it exactly. */
function readOpt(packet: DataView, at: number, dataAt: number, dataEnd: number, query: Query): boolean {
  query.edns = true;
  query.udpSize = packet.getUint16(at + 2);
  query.ednsVersion = packet.getUint8(at + 5);
  query.dnssecOk = (packet.getUint8(at + 6) & 0x80) !== 0;
  // RFC 6891 §6.1.3: an unknown version is answered with BADVERS; its options could mean anything.
  if (query.ednsVersion !== 0) return true;
  let option = dataAt;
  while (option < dataEnd) {
    if (option + 4 > dataEnd) return false;
    const code = packet.getUint16(option);
    const size = packet.getUint16(option + 2);
    option += 4;
    if (option + size > dataEnd) return false;
    switch (code) {
      case EDNS_OPTION.CLIENT_SUBNET:
        if (!readSubnet(packet, option, size, query.subnet)) return false;
        break;
      case EDNS_OPTION.COOKIE:
        readCookie(packet, option, size, query.cookie);
        query.options |= OPTION.COOKIE;
        break;
      case EDNS_OPTION.NSID:
        // RFC 5001 §2.2: its data, if any, is ignored.
        query.options |= OPTION.NSID;
        break;
      case EDNS_OPTION.TCP_KEEPALIVE:
        query.options |= size === 0 ? OPTION.KEEPALIVE : OPTION.KEEPALIVE_MALFORMED;
        break;
      // Others are ignored: unknown ones (RFC 6891 §6.1.2), and padding, whatever its content (RFC 7830 §3).
    }
    option += size;
  }
  return true;
}
