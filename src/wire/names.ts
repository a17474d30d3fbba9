/**
 * Names on the wire: labels with a length octet before each, and the root's zero at the end (RFC 1035 §3.1). All names that
 * are encoded here have been checked in src/zone.
 */

/** The most octets of a name on the wire, including its root (RFC 1035 §2.3.4). */
export const MAX_NAME = 255;

/** The wire form of an absolute name without trailing dot; '' is the root. The case is kept. */
export function encodeName(name: string): Uint8Array {
  if (name === '') return Uint8Array.of(0);
  const bytes: number[] = [];
  for (const label of name.split('.')) {
    bytes.push(label.length);
    for (let i = 0; i < label.length; i++) bytes.push(label.charCodeAt(i));
  }
  bytes.push(0);
  return Uint8Array.from(bytes);
}

/** Folds ASCII capitals, byte by byte: DNS names compare without regard to case (RFC 4343 §3). */
export const LOWER = Uint8Array.from({ length: 256 }, (_, c) => (c >= 0x41 && c <= 0x5a ? c + 0x20 : c));

/**
 * Names on the wire in lower case, laid out for comparing four octets at a time. The octets of each name are followed by as
 * many octets that mark its letters (`lettersOf`), so that both are close together in memory.
 */
export interface FoldedNames {
  readonly octets: DataView;
}

/** The bit that distinguishes ASCII's capitals from its small letters. */
const CASE = 0x20;

/** For each octet of a name in lower case, the bits that do not matter: the case bit if it is a letter, else none. */
export function lettersOf(octets: Uint8Array): Uint8Array {
  // Length octets are below those of letters.
  return octets.map((octet) => (octet >= 0x61 && octet <= 0x7a ? CASE : 0));
}

/**
 * Whether the `length` octets at `at` are the name of that length at `nameAt`, regardless of case. Comparing four octets at
 * a time takes a quarter of the time of octet by octet. The last four overlap those before.
 */
export function isSameName(
  packet: DataView,
  at: number,
  { octets }: FoldedNames,
  nameAt: number,
  length: number,
): boolean {
  const letters = nameAt + length;
  const last = length - 4;
  if (last < 0) {
    for (let i = 0; i < length; i++) {
      const change = packet.getUint8(at + i) ^ octets.getUint8(nameAt + i);
      if ((change & ~octets.getUint8(letters + i)) !== 0) return false;
    }
    return true;
  }
  for (let i = 0; i < last; i += 4) {
    const change = packet.getInt32(at + i, true) ^ octets.getInt32(nameAt + i, true);
    if ((change & ~octets.getInt32(letters + i, true)) !== 0) return false;
  }
  const change = packet.getInt32(at + last, true) ^ octets.getInt32(nameAt + last, true);
  return (change & ~octets.getInt32(letters + last, true)) === 0;
}

/** The start value of every name hash. */
export const NAME_HASH_START = 0x811c9dc5 | 0;

/**
 * One step of the hash over a name's wire octets, taken from the last to the first so that one pass over a query's name
 * gives the hash of each of its suffixes (FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/).
 */
export function hashStep(hash: number, octet: number): number {
  return Math.imul(hash ^ octet, 0x01000193);
}

/** The hash of the wire form of a whole name, without the root's zero. The name is taken in lower case. */
export function hashName(wire: Uint8Array): number {
  let hash = NAME_HASH_START;
  for (let i = wire.length - 2; i >= 0; i--) hash = hashStep(hash, LOWER[wire[i] ?? 0] ?? 0);
  return hash;
}
