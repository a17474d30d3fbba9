/**
 * Writes addresses and numbers as text into a message without making strings: answering allocates nothing. IPv6 as in
 * RFC 5952: lower case, no leading zeros, the first of the longest runs of zeros (of two groups or more) compressed.
 */

const ZERO = 0x30;
const LETTER_A = 0x61;
const DOT = 0x2e;
const COLON = 0x3a;
const GROUPS = 8;

/** Writes the address of four or sixteen octets at `offset`. Returns the offset after it. */
export function writeAddress(
  packet: DataView,
  from: number,
  bytes: Uint8Array,
  offset: number,
  ipv6: boolean,
): number {
  return ipv6 ? writeIPv6(packet, from, bytes, offset) : writeIPv4(packet, from, bytes, offset);
}

/** Writes a whole number from 0 to 2^32 - 1. Returns the offset after it. */
export function writeNumber(packet: DataView, from: number, value: number): number {
  let digits = 1;
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) digits++;
  let rest = value;
  for (let i = digits - 1; i >= 0; i--, rest = Math.floor(rest / 10))
    packet.setUint8(from + i, ZERO + (rest % 10));
  return from + digits;
}

function writeIPv4(packet: DataView, from: number, bytes: Uint8Array, offset: number): number {
  let at = from;
  for (let i = 0; i < 4; i++) {
    if (i > 0) packet.setUint8(at++, DOT);
    at = writeNumber(packet, at, bytes[offset + i] ?? 0);
  }
  return at;
}

function writeIPv6(packet: DataView, from: number, bytes: Uint8Array, offset: number): number {
  let [gap, longest] = [-1, 1];
  for (let start = 0; start < GROUPS; start++) {
    let end = start;
    while (end < GROUPS && groupAt(bytes, offset, end) === 0) end++;
    if (end - start > longest) {
      gap = start;
      longest = end - start;
    }
  }
  let at = from;
  for (let group = 0; group < GROUPS; group++) {
    if (group === gap) {
      packet.setUint16(at, (COLON << 8) | COLON);
      at += 2;
      group += longest - 1;
      continue;
    }
    if (group > 0 && group !== gap + longest) packet.setUint8(at++, COLON);
    at = writeHex(packet, at, groupAt(bytes, offset, group));
  }
  return at;
}

function groupAt(bytes: Uint8Array, offset: number, group: number): number {
  return ((bytes[offset + 2 * group] ?? 0) << 8) | (bytes[offset + 2 * group + 1] ?? 0);
}

function writeHex(packet: DataView, from: number, value: number): number {
  let at = from;
  for (let shift = 12; shift >= 0; shift -= 4) {
    const digit = (value >> shift) & 0xf;
    if (at > from || digit > 0 || shift === 0)
      packet.setUint8(at++, digit < 10 ? ZERO + digit : LETTER_A + digit - 10);
  }
  return at;
}
