/**
 * The OPT record of an answer, and its options. All except padding and the extended error are there because the query asked
 * for them, and no option is echoed merely because the query had it (RFC 6891 §6.1.2, RFC 8906 §8.2.3).
 *
 *     client subnet   if the query had one, with the scope that the answer is valid for (RFC 7871 §7.2.1)
 *     cookie          if the query had one and cookies are in use (RFC 7873 §5.2)
 *     keepalive       over TCP, if the query asked: how long the connection may be idle (RFC 7828 §3.3.2)
 *     NSID            if the query asked and the config has one (RFC 5001 §2.2)
 *     extended error  why there is no answer, if the rcode alone does not say it (RFC 8914 §2)
 *     padding         over TLS, always: zeros up to a length that many answers share (RFC 9539 §3.5, RFC 7830 §4)
 */
import { subnetOptionLength, writeSubnetOption } from '../wire/client-subnet.js';
import { EDNS_OPTION, EXTENDED_ERROR, TYPE } from '../wire/codes.js';
import { COOKIE_OPTION_LENGTH, writeCookieOption } from '../wire/cookie.js';
import { OPTION, type Query } from '../wire/query.js';
import type { ReplyState } from './reply.js';
import type { Responder } from './responder.js';
import { COOKIE } from './server-cookie.js';
import { count, TALLY } from './tally.js';

/** The most octets of an answer over UDP: small enough not to be fragmented on any path (https://dnsflagday.net/2020/). */
export const UDP_LIMIT = 1232;
/** The most octets of any message: its length prefix over TCP has two octets (RFC 1035 §4.2.2). */
export const MAX_MESSAGE = 65535;
/** What every client accepts over UDP (RFC 1035 §2.3.4), and the smallest size that EDNS can state (RFC 6891 §6.2.3). */
const PLAIN_UDP = 512;
/** Octets of an OPT record without options. */
const OPT_LENGTH = 11;
/** Octets of the code and length of an option. */
const OPTION_HEADER = 4;
const KEEPALIVE_LENGTH = OPTION_HEADER + 2;
const ERROR_LENGTH = OPTION_HEADER + 2;
/** RFC 8467 §4.1: answers are padded to a multiple of this many octets. */
export const PADDED_TO = 468;

/** Octets of the OPT record that answers the query, without padding; 0 if the query had none. */
export function optLength(responder: Responder): number {
  return responder.query.edns ? OPT_LENGTH + optionsLength(responder) : 0;
}

function optionsLength(responder: Responder): number {
  const { query, reply, policy } = responder;
  const { subnet, options } = query;
  let length = subnet.present ? subnetOptionLength(subnet) : 0;
  if (saysError(reply)) length += ERROR_LENGTH + reply.errorText.length;
  if (options === 0) return length;
  if (reply.cookieWorth !== COOKIE.NONE) length += COOKIE_OPTION_LENGTH;
  if (saysKeepalive(responder)) length += KEEPALIVE_LENGTH;
  if (saysNsid(responder)) length += OPTION_HEADER + (policy.nsid?.length ?? 0);
  return length;
}

/** Writes the record at `from` of a message at `start`. All bits of the rcode are needed. Returns the offset after it. */
export function writeOpt(
  packet: DataView,
  start: number,
  from: number,
  responder: Responder,
  flagsAndRcode: number,
): number {
  const { query, reply, tally } = responder;
  const { subnet } = query;
  const { error, errorText, scope } = reply;
  // Name: root, one octet; type, and our UDP size; the upper bits of the rcode, and our version, 0.
  packet.setUint8(from, 0);
  packet.setUint32(from + 1, (TYPE.OPT << 16) | UDP_LIMIT);
  packet.setUint16(from + 5, (flagsAndRcode & 0x1f0) << 4);
  let at = from + OPT_LENGTH;
  if (subnet.present) {
    count(tally, TALLY.WITH_SUBNET);
    at = writeSubnetOption(packet, at, subnet, scope);
  }
  if (query.options !== 0) at = writeAsked(packet, at, responder);
  if (saysError(reply)) {
    packet.setUint32(at, (EDNS_OPTION.EXTENDED_ERROR << 16) | (2 + errorText.length));
    packet.setUint16(at + 4, error);
    at += ERROR_LENGTH;
    for (let i = 0; i < errorText.length; i++) packet.setUint8(at + i, errorText[i] ?? 0);
    at += errorText.length;
  }
  // RFC 8467 §3: after all other options, since they determine its length. RFC 7830 §6: never in cleartext.
  if (responder.encrypted) at = writePadding(packet, start, at);
  // DO is copied from the query (RFC 3225 §3); then the length of the options.
  packet.setUint32(from + 7, (query.dnssecOk ? 0x8000_0000 : 0) | (at - from - OPT_LENGTH));
  return at;
}

/** Writes the options that only some queries ask for. */
function writeAsked(packet: DataView, from: number, responder: Responder): number {
  const { query, reply, policy } = responder;
  let at = from;
  if (reply.cookieWorth !== COOKIE.NONE) at = writeCookieOption(packet, at, query.cookie);
  if (saysKeepalive(responder)) {
    packet.setUint32(at, (EDNS_OPTION.TCP_KEEPALIVE << 16) | 2);
    packet.setUint16(at + 4, responder.keepalive);
    at += KEEPALIVE_LENGTH;
  }
  const { nsid } = policy;
  if (nsid !== undefined && saysNsid(responder)) {
    packet.setUint32(at, (EDNS_OPTION.NSID << 16) | nsid.length);
    at += OPTION_HEADER;
    for (let i = 0; i < nsid.length; i++) packet.setUint8(at + i, nsid[i] ?? 0);
    at += nsid.length;
  }
  return at;
}

/** Pads the message, up to its maximum size. The option comes last. It may be empty; it is omitted if not even that fits. */
function writePadding(packet: DataView, start: number, from: number): number {
  const length = from - start + OPTION_HEADER;
  if (length > MAX_MESSAGE) return from;
  const padding = Math.min(Math.ceil(length / PADDED_TO) * PADDED_TO, MAX_MESSAGE) - length;
  packet.setUint32(from, (EDNS_OPTION.PADDING << 16) | padding);
  let at = from + OPTION_HEADER;
  const end = at + padding;
  // RFC 7830 §3: "SHOULD be set to 0x00"; the buffer may hold data of other clients. A float of 0 is eight zero octets.
  for (; at + 8 <= end; at += 8) packet.setFloat64(at, 0);
  for (; at < end; at++) packet.setUint8(at, 0);
  return end;
}

function saysError({ error, errorText }: ReplyState): boolean {
  return error !== EXTENDED_ERROR.NONE || errorText.length > 0;
}

/** RFC 7828 §3.3.1: over UDP the option is ignored. */
function saysKeepalive({ query, reply }: Responder): boolean {
  return reply.overTcp && (query.options & OPTION.KEEPALIVE) !== 0;
}

function saysNsid({ query, policy }: Responder): boolean {
  return (query.options & OPTION.NSID) !== 0 && policy.nsid !== undefined;
}

/** The most octets that the answer may have. */
export function messageLimit(query: Query, overTcp: boolean): number {
  if (overTcp) return MAX_MESSAGE;
  if (!query.edns || query.udpSize < PLAIN_UDP) return PLAIN_UDP;
  return Math.min(query.udpSize, UDP_LIMIT);
}
