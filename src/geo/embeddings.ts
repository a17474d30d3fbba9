/**
 * The two parts of IPv6 that stand for all of IPv4: mapped addresses, ::ffff:0:0/96, and 6to4, 2002::/16. Clients there are
 * located by their IPv4 address, whatever a database says of the IPv6 one. `embeddedIPv4` does the same for one address.
 */
import type { Address } from '../ip/address.js';

export interface Embedding {
  /** The first bytes of its addresses. */
  readonly bytes: readonly number[];
  /** How many bits come before the IPv4 address. */
  readonly length: number;
}

export const EMBEDDINGS: readonly Embedding[] = [
  { bytes: [0x20, 0x02], length: 16 },
  { bytes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff], length: 96 },
];

/** The bit of an address at `depth`, 0 being the first. */
export function bitAt(bytes: ArrayLike<number>, depth: number): number {
  return ((bytes[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1;
}

/**
 * How many bits of an address say whether and how IPv4 is embedded in it: the length of the embedding that it is in, or else
 * of its shortest prefix that contains no embedding. 0 for IPv4.
 */
export function embeddingBits(address: Address): number {
  if (address.family === 'ipv4') return 0;
  let outside = 0;
  for (const { bytes, length } of EMBEDDINGS) {
    let common = 0;
    while (common < length && bitAt(address.bytes, common) === bitAt(bytes, common)) common++;
    if (common === length) return length;
    outside = Math.max(outside, common + 1);
  }
  return outside;
}
