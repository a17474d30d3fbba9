/**
 * The OPT record of an answer, and the options in it. Each is there because the query asked for it, and none that the
 * query had is repeated merely because it was there (RFC 6891 §6.1.2, RFC 8906 §8.2.3).
 *
 *     client subnet   where the query had one, with the scope that the answer is true for (RFC 7871 §7.2.1)
 *     cookie          where the query had one and cookies are in use (RFC 7873 §5.2)
 *     keepalive       over TCP, where the query asked: how long the connection may be idle (RFC 7828 §3.3.2)
 *     NSID            where the query asked and the config has one (RFC 5001 §2.2)
 *     extended error  why there is no answer, where the rcode does not say it all (RFC 8914 §2)
 *
 * Padding (RFC 7830 §6) is for encrypted transports, of which there are none here.
 */
import { subnetOptionLength, writeSubnetOption } from '../wire/client-subnet.js';
import { EDNS_OPTION, EXTENDED_ERROR, TYPE } from '../wire/codes.js';
import { COOKIE_OPTION_LENGTH, writeCookieOption } from '../wire/cookie.js';
import { OPTION } from '../wire/query.js';
import type { Responder } from './responder.js';
import { COOKIE } from './server-cookie.js';
import { count, TALLY } from './tally.js';

/** The most octets of an answer over UDP: no path breaks it up (https://dnsflagday.net/2020/). */
export const UDP_LIMIT = 1232;
/** Octets of an OPT record without options. */
const OPT_LENGTH = 11;
/** Octets of options with their code and length. */
const OPTION_HEADER = 4;
const KEEPALIVE_LENGTH = OPTION_HEADER + 2;
const ERROR_LENGTH = OPTION_HEADER + 2;

/** Octets of the OPT record that answers the query; 0 where it had none. */
export function optLength(responder: Responder): number {
  return responder.query.edns ? OPT_LENGTH + optionsLength(responder) : 0;
}

function optionsLength(responder: Responder): number {
  const { query, reply, policy } = responder;
  const { subnet, options } = query;
  let length = subnet.present ? subnetOptionLength(subnet) : 0;
  if (reply.error !== EXTENDED_ERROR.NONE) length += ERROR_LENGTH;
  if (options === 0) return length;
  if (reply.cookieWorth !== COOKIE.NONE) length += COOKIE_OPTION_LENGTH;
  if (saysKeepalive(responder)) length += KEEPALIVE_LENGTH;
  if (saysNsid(responder)) length += OPTION_HEADER + (policy.nsid?.length ?? 0);
  return length;
}

/** Writes the record at `from`; of the rcode all bits are wanted. Gives the offset behind it. */
export function writeOpt(
  packet: DataView,
  from: number,
  responder: Responder,
  flagsAndRcode: number,
): number {
  const { query, reply, tally } = responder;
  const { subnet } = query;
  const { error, scope } = reply;
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
  if (error !== EXTENDED_ERROR.NONE) {
    packet.setUint32(at, (EDNS_OPTION.EXTENDED_ERROR << 16) | 2);
    packet.setUint16(at + 4, error);
    at += ERROR_LENGTH;
  }
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

/** RFC 7828 §3.3.1: over UDP the option is ignored. */
function saysKeepalive({ query, reply }: Responder): boolean {
  return reply.overTcp && (query.options & OPTION.KEEPALIVE) !== 0;
}

function saysNsid({ query, policy }: Responder): boolean {
  return (query.options & OPTION.NSID) !== 0 && policy.nsid !== undefined;
}
