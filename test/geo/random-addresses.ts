/**
 * Addresses by the thousand for comparing two ways of looking up, the same ones in every run. Uniform ones would nearly
 * all miss IPv6's few networks, so some are near addresses that are given.
 */
import { type Address, addressFromBytes, parseAddress } from '../../src/ip/address.js';
import { below, seededRandom } from '../../src/platform/random.js';

/** `count` addresses: IPv4, IPv6 of global unicast, of ::/96, mapped, 6to4, and `near` with their last bits changed. */
export function randomAddresses(count: number, near: readonly string[] = []): Address[] {
  const random = seededRandom(20_240_229);
  const bytes = (length: number): number[] => Array.from({ length }, () => below(random, 256));
  const zeros = (length: number): number[] => new Array<number>(length).fill(0);
  const anchors = near.map((text) => parseAddress(text)).filter((address) => address !== null);
  const makers: (() => number[])[] = [
    () => bytes(4),
    () => [0x20 + below(random, 16), ...bytes(15)],
    () => [0x20, 0x01, ...bytes(14)],
    () => [...zeros(12), ...bytes(4)],
    () => [...zeros(10), 0xff, 0xff, ...bytes(4)],
    () => [0x20, 0x02, ...bytes(14)],
    () => {
      const anchor = anchors[below(random, anchors.length)];
      if (anchor === undefined) return bytes(16);
      const kept = below(random, anchor.bytes.length + 1);
      return [...anchor.bytes.subarray(0, kept), ...bytes(anchor.bytes.length - kept)];
    },
  ];
  return Array.from({ length: count }, (_, i) =>
    addressFromBytes(Uint8Array.from(makers[i % makers.length]?.() ?? [])),
  );
}
