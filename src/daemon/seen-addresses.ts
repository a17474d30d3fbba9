/**
 * The addresses of a name whose answers rotate. An address missing from an answer is dropped at once, since moving a
 * mirror is done on purpose. But an address that was gone and came back will do so again. From then on it stays until no
 * answer has had it for an hour; otherwise each turn of a rotation would be another set of mirrors to compile. Pure.
 */
import type { Address } from '../ip/address.js';
import { HOUR_MS } from '../platform/time.js';

export interface SeenAddress {
  readonly address: Address;
  /** When an answer last had it, in monotonic milliseconds. */
  readonly seen: number;
  /** Whether the last answer had it. */
  readonly present: boolean;
  /** It was gone and came back. */
  readonly returning: boolean;
}

/** The most addresses remembered of a name: more than any answer has. */
const MOST = 256;

/** Records of addresses known from an earlier process or configuration. */
export function seenBefore(addresses: readonly Address[], now: number): readonly SeenAddress[] {
  return addresses.map((address) => ({ address, seen: now, present: true, returning: false }));
}

/** The records after an answer with these addresses, which must be distinct. */
export function seenNow(
  before: readonly SeenAddress[],
  found: readonly Address[],
  now: number,
): readonly SeenAddress[] {
  const known = new Map(before.map((sighting) => [sighting.address.text, sighting]));
  const present = found.map((address): SeenAddress => {
    const last = known.get(address.text);
    known.delete(address.text);
    const returning = last !== undefined && (last.returning || !last.present);
    return { address, seen: now, present: true, returning };
  });
  const absent = [...known.values()]
    .filter(({ seen }) => now - seen < HOUR_MS)
    .map((sighting) => ({ ...sighting, present: false }))
    .sort((a, b) => b.seen - a.seen);
  return [...present, ...absent].slice(0, MOST);
}

/** The addresses that the name has, as far as can be known. */
export function addressesIn(seen: readonly SeenAddress[]): readonly Address[] {
  return seen.filter(({ present, returning }) => present || returning).map(({ address }) => address);
}
