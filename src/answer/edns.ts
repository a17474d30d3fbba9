/**
 * The OPT record of an answer, and the options in it. Each but padding is there because the query asked for it, and none
 * that the query had is repeated merely because it was there (RFC 6891 §6.1.2, RFC 8906 §8.2.3).
 *
 *     client subnet   where the query had one, with the scope that the answer is true for (RFC 7871 §7.2.1)
 *     cookie          where the query had one and cookies are in use (RFC 7873 §5.2)
 *     keepalive       over TCP, where the query asked: how long the connection may be idle (RFC 7828 §3.3.2)
 *     NSID            where the query asked and the config has one (RFC 5001 §2.2)
 *     extended error  why there is no answer, where the rcode does not say it all (RFC 8914 §2)
 *     padding         over TLS, always: zeros up to a length that many answers have (RFC 9539 §3.5, RFC 7830 §4)
 */
import { subnetOptionLength, writeSubnetOption } from '../wire/client-subnet.js';
import { EDNS_OPTION, EXTENDED_ERROR, TYPE } from '../wire/codes.js';
import { COOKIE_OPTION_LENGTH, writeCookieOption } from '../wire/cookie.js';
import { OPTION, type Query } from '../wire/query.js';
import type { ReplyState } from './reply.js';
import type { Responder } from './responder.js';
import { COOKIE } from './server-cookie.js';
import { count, TALLY } from './tally.js';

/** The most octets of an answer over UDP: no path breaks it up (https://dnsflagday.net/2020/). */
export const UDP_LIMIT = 1232;
/** The most octets of any message (RFC 1035 §4.2.2: a length of two octets goes before it). */
export const MAX_MESSAGE = 65535;
/** What every client takes over UDP (RFC 1035 §2.3.4), and the least that EDNS can say (RFC 6891 §6.2.3). */
const PLAIN_UDP = 512;
/** Octets of an OPT record without options. */
const OPT_LENGTH = 11;
/** Octets of options with their code and length. */
const OPTION_HEADER = 4;
const KEEPALIVE_LENGTH = OPTION_HEADER + 2;
const ERROR_LENGTH = OPTION_HEADER + 2;
/** RFC 8467 §4.1: answers are padded to a multiple of so many octets. */
export const PADDED_TO = 468;

/** Octets of the OPT record that answers the query; 0 where it had none. */
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

/** Writes the record at `from` of a message at `start`; of the rcode all bits are wanted. Gives the offset behind it. */
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
  // Name: root, one octet; type, and the size that we take; the upper bits of the rcode, and our version, 0.
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
  // RFC 8467 §3: behind all other options, which may want the room. RFC 7830 §6: never in cleartext.
  if (responder.encrypted) at = writePadding(packet, start, at);
  // DO as it came (RFC 3225 §3), and the options' length.
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

/** The last thing in the message. Where that has no room for so much, it is filled; the option is empty at least, or not there. */
function writePadding(packet: DataView, start: number, from: number): number {
  const length = from - start + OPTION_HEADER;
  if (length > MAX_MESSAGE) return from;
  const padding = Math.min(Math.ceil(length / PADDED_TO) * PADDED_TO, MAX_MESSAGE) - length;
  packet.setUint32(from, (EDNS_OPTION.PADDING << 16) | padding);
  let at = from + OPTION_HEADER;
  const end = at + padding;
  // RFC 7830 §3: "SHOULD be set to 0x00"; what was there before may be somebody else's. Eight octets of zeros are a number too.
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

/** The most octets of the answer. */
export function messageLimit(query: Query, overTcp: boolean): number {
  if (overTcp) return MAX_MESSAGE;
  if (!query.edns || query.udpSize < PLAIN_UDP) return PLAIN_UDP;
  return Math.min(query.udpSize, UDP_LIMIT);
}
