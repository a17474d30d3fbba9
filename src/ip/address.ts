/**
 * IP addresses as bytes. Text is read only by `parseAddress`, so that every `Address` is valid, and two texts of one
 * address (`2001:DB8::1`, `2001:db8:0::1`) have the same `text` here.
 */
import { isIPv4, isIPv6 } from 'node:net';
import type { Family } from '../platform/types.js';

export interface Address {
  readonly family: Family;
  /** 4 or 16 bytes, in network order. */
  readonly bytes: Uint8Array;
  /** The canonical text: dotted decimal, or RFC 5952. */
  readonly text: string;
}

/** The number of bits of an address: 32 or 128. */
export function bitsOf(family: Family): 32 | 128 {
  return family === 'ipv4' ? 32 : 128;
}

/** Reads the text of an address; null if it is not one. A zone index (`fe80::1%eth0`) is not part of an address. */
export function parseAddress(text: string): Address | null {
  if (isIPv4(text)) return addressFromBytes(parseIPv4(text));
  if (isIPv6(text) && !text.includes('%')) return addressFromBytes(parseIPv6(text));
  return null;
}

/** An address from 4 or 16 bytes in network order; the bytes are copied. Throws a RangeError for another length. */
export function addressFromBytes(bytes: Uint8Array): Address {
  if (bytes.length === 4) return { family: 'ipv4', bytes: bytes.slice(), text: bytes.join('.') };
  if (bytes.length === 16) return { family: 'ipv6', bytes: bytes.slice(), text: formatIPv6(bytes) };
  throw new RangeError(`an address has 4 or 16 bytes, not ${bytes.length}`);
}

/**
 * The IPv4 address inside an IPv6 one, mapped (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2) or 6to4 (`2002:c000:201::`, RFC
 * 3056 §2); any other address is returned unchanged. A client is located by its IPv4 address.
 */
export function embeddedIPv4(address: Address): Address {
  if (address.family === 'ipv4') return address;
  const { bytes } = address;
  if (isMapped(bytes)) return addressFromBytes(bytes.subarray(12, 16));
  if (bytes[0] === 0x20 && bytes[1] === 0x02) return addressFromBytes(bytes.subarray(2, 6));
  return address;
}

/** Whether 16 bytes are an IPv4-mapped address, ::ffff:0:0/96. */
export function isMapped(bytes: Uint8Array): boolean {
  for (let i = 0; i < 10; i++) if (bytes[i] !== 0) return false;
  return bytes[10] === 0xff && bytes[11] === 0xff;
}

function parseIPv4(text: string): Uint8Array {
  return Uint8Array.from(text.split('.'), Number);
}

/** `text` has passed isIPv6, so only the places of its groups remain to be found. */
function parseIPv6(text: string): Uint8Array {
  const bytes = new Uint8Array(16);
  const [head = '', tail] = text.split('::', 2);
  const front = groupBytes(head);
  bytes.set(front, 0);
  if (tail !== undefined) {
    const back = groupBytes(tail);
    bytes.set(back, 16 - back.length);
  }
  return bytes;
}

function groupBytes(groups: string): number[] {
  if (groups === '') return [];
  return groups.split(':').flatMap((group) => {
    if (group.includes('.')) return [...parseIPv4(group)];
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

/** RFC 5952: lower case, no leading zeros, the longest run of at least two zero groups (the first of equals) as `::`. */
function formatIPv6(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  if (isMapped(bytes)) return `::ffff:${bytes.subarray(12).join('.')}`;
  const groups = Array.from({ length: 8 }, (_, i) => view.getUint16(i * 2));
  let start = -1;
  let length = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > length) {
      start = i;
      length = end - i;
    }
  }
  const hex = groups.map((group) => group.toString(16));
  if (start < 0) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}
