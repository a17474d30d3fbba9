/**
 * Prefixes: an address and how many of its first bits count. A prefix in the parts of IPv6 that stand for IPv4 (mapped,
 * 6to4) is read as the IPv4 prefix, just as clients there are.
 */
import type { Family } from '../platform/types.js';
import { type Address, addressFromBytes, bitsOf, isMapped, parseAddress } from './address.js';

export interface Prefix {
  readonly family: Family;
  /** 4 or 16 bytes in network order; the bits after `length` are 0. */
  readonly bytes: Uint8Array;
  /** 0 to 32, or 0 to 128. */
  readonly length: number;
  /** Canonical: `198.51.100.0/24`. */
  readonly text: string;
}

/** Why a text is not a prefix, for the person who wrote it. */
export interface PrefixFault {
  readonly fault: string;
}

/** Reads `ADDRESS/LENGTH`. Bits after the length must be 0: if they are not, a typing error is more likely than intent. */
export function parsePrefix(text: string): Prefix | PrefixFault {
  const parts = /^([^/]+)\/(\d{1,3})$/.exec(text);
  const address = parts?.[1] === undefined ? null : parseAddress(parts[1]);
  if (address === null) return { fault: 'not a prefix (ADDRESS/LENGTH)' };
  const length = Number(parts?.[2]);
  const bits = bitsOf(address.family);
  if (length > bits) return { fault: `the length is ${length}, the most for ${address.family} is ${bits}` };
  const masked = maskBytes(address.bytes, length);
  if (masked.some((byte, i) => byte !== address.bytes[i])) {
    return {
      fault: `bits behind /${length} are set; the prefix is ${addressFromBytes(masked).text}/${length}`,
    };
  }
  return embeddedPrefix(makePrefix(address, length));
}

/** The prefix of `length` bits that contains `address`. */
export function prefixOf(address: Address, length: number): Prefix {
  return makePrefix(addressFromBytes(maskBytes(address.bytes, length)), length);
}

/** Whether `address` is inside `prefix`; false if the families differ. */
export function contains(prefix: Prefix, address: Address): boolean {
  if (prefix.family !== address.family) return false;
  return maskBytes(address.bytes, prefix.length).every((byte, i) => byte === prefix.bytes[i]);
}

function makePrefix(address: Address, length: number): Prefix {
  return { family: address.family, bytes: address.bytes, length, text: `${address.text}/${length}` };
}

function embeddedPrefix(prefix: Prefix): Prefix {
  if (prefix.family === 'ipv4') return prefix;
  const { bytes, length } = prefix;
  if (isMapped(bytes) && length >= 96) return makePrefix(addressFromBytes(bytes.subarray(12)), length - 96);
  if (bytes[0] === 0x20 && bytes[1] === 0x02 && length >= 16 && length <= 48) {
    return makePrefix(addressFromBytes(bytes.subarray(2, 6)), length - 16);
  }
  return prefix;
}

function maskBytes(bytes: Uint8Array, length: number): Uint8Array {
  return bytes.map((byte, i) => {
    const kept = Math.min(8, Math.max(0, length - i * 8));
    return byte & (0xff << (8 - kept));
  });
}
