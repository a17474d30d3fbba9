/**
 * From an address to its catchment: the walk of the location map that every query needs. It is a faster form of the walk in
 * src/ip/prefix-tree.ts. Words are read as signed numbers, so that leaves are negative and everything stays in 32-bit
 * registers. An IPv4 address is one such number instead of four octets. A table resolves the first bits of IPv4 in one step.
 * Over random /24s of a City-sized map the table cut the walk from 0.7 µs to under 0.1 µs, since nearly every node near the
 * root was a cache line of its own.
 *
 * If geographies share a tree, its leaves are classes, and bits say from which node on everything is in one catchment. If
 * very many share it, IPv4 is walked by strides.
 */
import { MARK, MAX_LEAF } from '../ip/prefix-tree.js';
import { firstStride, followStrides, touchBlock } from './strides.js';
import { type LocationMap, SCOPE_BITS } from './table.js';

/** The bits of a leaf that hold its value and its mark: 0 to 22. */
const VALUE = MARK | MAX_LEAF;
/**
 * The mark in the result of a walk: the address is a special-purpose one (src/ip/special-purpose.ts) in no network that a
 * mirror names, so it says nothing about where its client is.
 */
export const SPECIAL = MARK << 8;

/** The catchment in the result of a walk. For a special-purpose address it is that of clients whose location is unknown. */
export function catchmentIn(found: number): number {
  return (found & ~SPECIAL) >>> 8;
}

/** `value << 8 | depth`, and perhaps SPECIAL, for the IPv4 address in four octets from `offset` on. */
export function locateIPv4(location: LocationMap, bytes: Uint8Array, offset: number): number {
  return locateNumber(location, ipv4Number(bytes, offset));
}

/** The IPv4 address in four octets from `offset` on, as a number of 32 bits. */
export function ipv4Number(bytes: Uint8Array, offset: number): number {
  return (
    ((bytes[offset] ?? 0) << 24) |
    ((bytes[offset + 1] ?? 0) << 16) |
    ((bytes[offset + 2] ?? 0) << 8) |
    (bytes[offset + 3] ?? 0)
  );
}

/** The same for an IPv4 address as a number of 32 bits. */
export function locateNumber(location: LocationMap, address: number): number {
  const { map, firstLevel, firstLevelBits, cells, strides } = location;
  if (strides.length > 0) return locateByStrides(location, address);
  let word = firstLevel[address >>> (32 - firstLevelBits)] ?? -1;
  if (word < 0) return ((word & VALUE) << 8) | depthOf(word);
  let depth = firstLevelBits;
  if (cells.length > 0) {
    let scope = 0;
    while (word >= 0) {
      if (scope === 0 && isUniform(location, word)) scope = depth;
      word = map[(word << 1) | ((address >>> (31 - depth)) & 1)] ?? -1;
      depth++;
    }
    return foundIn(location, word, scope === 0 ? depth : scope);
  }
  while (word >= 0) {
    word = map[(word << 1) | ((address >>> (31 - depth)) & 1)] ?? -1;
    depth++;
  }
  return ((word & VALUE) << 8) | depth;
}

function locateByStrides(location: LocationMap, address: number): number {
  const { map, strides, scopes } = location;
  let word = followStrides(strides, address);
  let depth = 24;
  if (word < 0) depth = depthOf(word);
  else {
    while (word >= 0) {
      word = map[(word << 1) | ((address >>> (31 - depth)) & 1)] ?? -1;
      depth++;
    }
  }
  const scope = scopes[address >>> (32 - SCOPE_BITS)] ?? 0;
  return foundIn(location, word, scope === 0 ? depth : scope);
}

/** The depth of a leaf of a table, which is in the bits above its value. */
export function depthOf(leaf: number): number {
  return (leaf >>> 23) & 0xff;
}

/** Whether a node of a shared tree is known to have a single catchment everywhere below it. */
function isUniform({ uniform }: LocationMap, node: number): boolean {
  const at = node >> 5;
  return at < uniform.length && ((uniform[at] ?? 0) & (1 << (node & 31))) !== 0;
}

/** The result of a walk that ended at a leaf of a shared tree. */
function foundIn({ cells }: LocationMap, leaf: number, depth: number): number {
  return foundAt(cells[leaf & MAX_LEAF] ?? 0, depth);
}

/** The same, from the catchment that the geography has for the leaf's class. */
export function foundAt(cell: number, depth: number): number {
  return cell < 0 ? (~cell << 8) | SPECIAL | depth : (cell << 8) | depth;
}

/**
 * Reads what `locateIPv4` reads first for an address, so that it is in the cache by then: the table's word, and the node
 * that it leads to, or an arbitrary one if it leads to none.
 */
export function touchIPv4(location: LocationMap, address: number): number {
  const { map, firstLevel, firstLevelBits, strides } = location;
  if (strides.length > 0) return touchBlock(strides, firstStride(strides, address));
  const word = firstLevel[address >>> (32 - firstLevelBits)] ?? -1;
  // A leaf is negative and becomes 0 here; this uses its sign, not a branch.
  return map[(word & ~(word >> 31)) << 1] ?? 0;
}

/** As `locateIPv4`, for the IPv6 address in sixteen octets from `offset` on. */
export function locateIPv6(location: LocationMap, bytes: Uint8Array, offset: number): number {
  const { map, ipv6Root, cells } = location;
  if (ipv6Root < 0) return (ipv6Root & VALUE) << 8;
  let word = ipv6Root;
  let depth = 0;
  let byte = 0;
  let scope = 0;
  while (word >= 0) {
    // The root is never uniform: it would be a leaf.
    if (scope === 0 && isUniform(location, word)) scope = depth;
    if ((depth & 7) === 0) byte = bytes[offset + (depth >> 3)] ?? 0;
    word = map[(word << 1) | ((byte >> (7 - (depth & 7))) & 1)] ?? -1;
    depth++;
  }
  return cells.length > 0
    ? foundIn(location, word, scope === 0 ? depth : scope)
    : ((word & VALUE) << 8) | depth;
}
