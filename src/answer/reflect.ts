/**
 * What the server saw of the client, as TXT. It is for operators who want to know why a client gets its answers, when they
 * can query from there but do not run its resolver. It takes lookups in only two maps, and nothing is stored.
 *
 * No other client may get the answer: its TTL is 0, and the scope of a client subnet is its full source prefix
 * (RFC 7871 §7.2.1).
 */

import { writeAddress, writeNumber } from '../wire/address-text.js';
import { CLASS, TYPE } from '../wire/codes.js';
import { HEADER } from '../wire/query.js';
import { optLength } from './edns.js';
import { finish, finishTruncated } from './finish.js';
import { catchmentIn, ipv4Number, locateIPv6, locateNumber, SPECIAL } from './locate.js';
import { locationAt, recordOf } from './pool-index.js';
import type { Responder } from './responder.js';
import type { LocationMap } from './table.js';

/** The text that each string begins with. */
const [RESOLVER, SUBNET, COUNTED_RESOLVER, COUNTED_SUBNET, COUNTRY, ASN, SCOPE] = [
  'resolver=',
  'subnet=',
  'counted=resolver',
  'counted=subnet',
  'country=',
  'asn=',
  'scope=',
].map((text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
const SLASH = 0x2f;
/** Octets of a record before its data, whose length is in the last two. */
const RECORD_HEAD = 12;

/**
 * Answers with what is known of the client. `pool` is the number of the pool whose scope is reported, or -1; `limit` is the
 * most octets of the message. Returns its length.
 */
export function reflect(
  packet: DataView,
  start: number,
  responder: Responder,
  pool: number,
  flags: number,
  limit: number,
): number {
  const { query, peer, reply, table } = responder;
  const { subnet } = query;
  const { reflection } = table;
  reply.scope = subnet.present ? subnet.source : 0;
  const hasSubnet = subnet.present && subnet.source > 0;
  const location = pool < 0 ? reflection?.countries : locationAt(responder.pools, recordOf(pool));
  const bySubnet = hasSubnet ? walk(location, subnet.address, 0, subnet.family === 2) : SPECIAL;
  // RFC 7871 §10: as for a pool, a special-purpose subnet is ignored.
  const counts = (bySubnet & SPECIAL) === 0;
  const found = counts ? bySubnet : walk(location, peer.bytes, peer.offset, peer.ipv6);
  const bytes = counts ? subnet.address : peer.bytes;
  const offset = counts ? 0 : peer.offset;
  const ipv6 = counts ? subnet.family === 2 : peer.ipv6;

  const record = query.questionEnd;
  let at = record + RECORD_HEAD;
  at = endString(
    packet,
    at,
    writeAddress(packet, copy(packet, at, RESOLVER), peer.bytes, peer.offset, peer.ipv6),
  );
  if (hasSubnet) {
    const behind = writeAddress(packet, copy(packet, at, SUBNET), subnet.address, 0, subnet.family === 2);
    packet.setUint8(behind, SLASH);
    at = endString(packet, at, writeNumber(packet, behind + 1, subnet.source));
  }
  at = endString(packet, at, copy(packet, at, counts ? COUNTED_SUBNET : COUNTED_RESOLVER));
  const place = walk(reflection?.countries, bytes, offset, ipv6);
  const country = catchmentIn(place);
  if (country > 0) {
    const behind = copy(packet, at, COUNTRY);
    packet.setUint16(behind, country);
    at = endString(packet, at, behind + 2);
  }
  const owner = (place & SPECIAL) === 0 ? catchmentIn(walk(reflection?.asns?.map, bytes, offset, ipv6)) : 0;
  const asn = reflection?.asns?.numbers[owner] ?? 0;
  if (asn > 0) at = endString(packet, at, writeNumber(packet, copy(packet, at, ASN), asn));
  at = endString(packet, at, writeNumber(packet, copy(packet, at, SCOPE), found & 0xff));

  packet.setUint32(record, ((0xc000 | HEADER) << 16) | TYPE.TXT);
  packet.setUint32(record + 4, CLASS.IN << 16);
  packet.setUint32(record + 8, at - record - RECORD_HEAD);
  if (at - start + optLength(responder) > limit) return finishTruncated(packet, start, responder, flags);
  packet.setUint16(start + 6, 1);
  packet.setUint16(start + 8, 0);
  return finish(packet, start, at, responder, flags, 0);
}

/** Where an address is in a map; 0 without a map. */
function walk(map: LocationMap | undefined, bytes: Uint8Array, offset: number, ipv6: boolean): number {
  if (map === undefined) return 0;
  return ipv6 ? locateIPv6(map, bytes, offset) : locateNumber(map, ipv4Number(bytes, offset));
}

/** Copies letters into the string at `from`, after its length octet. Returns the offset after them. */
function copy(packet: DataView, from: number, letters: Uint8Array | undefined): number {
  const length = letters?.length ?? 0;
  for (let i = 0; i < length; i++) packet.setUint8(from + 1 + i, letters?.[i] ?? 0);
  return from + 1 + length;
}

/** Sets the length of the string at `from`, which ends at `end`. Returns where the next one begins. */
function endString(packet: DataView, from: number, end: number): number {
  packet.setUint8(from, end - from - 1);
  return end;
}
