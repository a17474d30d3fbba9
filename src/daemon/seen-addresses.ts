/**
 * Which addresses a name has, when its answers rotate. One that an answer leaves out is gone at once, since whoever moves
 * a mirror means it. But one that was gone and came back will do so again: from then on it stays until no answer has had
 * it for an hour, or each turn of a rotation would be another set of mirrors to compile. Pure.
 */
import type { Address } from '../ip/address.js';
import { HOUR_MS } from '../platform/time.js';

export interface SeenAddress {
  readonly address: Address;
  /** When an answer had it last, in monotonic milliseconds. */
  readonly seen: number;
  /** Whether the last answer had it. */
  readonly present: boolean;
  /** It was gone and came back. */
  readonly returning: boolean;
}

/** That are remembered of a name: more than any answer has. */
const MOST = 256;

/** What is seen of addresses that are known from before. */
export function seenBefore(addresses: readonly Address[], now: number): readonly SeenAddress[] {
  return addresses.map((address) => ({ address, seen: now, present: true, returning: false }));
}

/** What is remembered after an answer with these addresses, no two the same. */
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

/** The addresses that the name has, as far as one can know. */
export function addressesIn(seen: readonly SeenAddress[]): readonly Address[] {
  return seen.filter(({ present, returning }) => present || returning).map(({ address }) => address);
}
