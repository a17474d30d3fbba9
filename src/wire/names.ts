/**
 * Names as the wire has them: labels with a length octet before each, and the root's zero at the end (RFC 1035 §3.1).
 * The zone room has checked every name that comes here.
 */

/** The most octets of a name on the wire, its root included (RFC 1035 §2.3.4). */
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

/** The start of every hash of a name. */
export const NAME_HASH_START = 0x811c9dc5 | 0;

/**
 * One step of the hash over a name's wire octets, taken from the last to the first so that one pass over a query's name
 * gives the hash of each of its suffixes (FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/).
 */
export function hashStep(hash: number, octet: number): number {
  return Math.imul(hash ^ octet, 0x01000193);
}

/** The hash of a whole name's wire form, its root's zero left out; of a name in lower case. */
export function hashName(wire: Uint8Array): number {
  let hash = NAME_HASH_START;
  for (let i = wire.length - 2; i >= 0; i--) hash = hashStep(hash, LOWER[wire[i] ?? 0] ?? 0);
  return hash;
}
