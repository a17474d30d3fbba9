/**
 * A trie that resolves an IPv4 address in two strides, of 16 bits and of 8, for a tree that very many geographies share. A
 * walk of such a tree node by node waits for memory ten times, and nothing that it reads is still cached from the previous
 * query. By strides it reads three words, and the place of each follows from the one before without a branch, so that the
 * reads of a whole batch are served at once.
 *
 *     16 bits ─▶ leaf, or block: a bit for each /24 at which a leaf begins ─ 8 bits, count them ─▶ leaf, or node of the tree
 */

/** Words of the first stride. The blocks follow, and then the leaves and nodes that they lead to. */
export const FIRST_STRIDE = 1 << 16;

/** The words of a block, one cache line: what is below a /16. */
export const BLOCK = {
  WORDS: 16,
  /** The number of words with bits. */
  GROUPS: 8,
  /** One byte per group: how many bits are set before it. */
  BEFORE: 8,
  /** Where its first leaf is; the others follow it. */
  LEAVES: 10,
} as const;

/** A leaf of the tree, with its depth in bits 23 to 30; or a node of the tree at depth 24. */
export function followStrides(strides: Int32Array, address: number): number {
  return secondStride(strides, firstStride(strides, address), address);
}

/** A leaf with its depth, or where a block is. */
export function firstStride(strides: Int32Array, address: number): number {
  return strides[address >>> 16] ?? -1;
}

/** The result of `followStrides`, from the word of the first stride. */
export function secondStride(strides: Int32Array, first: number, address: number): number {
  const isLeaf = first >> 31;
  const block = blockOf(first);
  const network = (address >>> 8) & 0xff;
  const group = network >>> 5;
  const before = (strides[block + BLOCK.BEFORE + (group >>> 2)] ?? 0) >>> ((group & 3) << 3);
  const upToIt = (strides[block + group] ?? 0) & ((2 << (network & 31)) - 1);
  const leaf = (strides[block + BLOCK.LEAVES] ?? 0) + (before & 0xff) + bitsIn(upToIt) - 1;
  return (first & isLeaf) | ((strides[leaf] ?? 0) & ~isLeaf);
}

/** Reads what the second stride reads first. */
export function touchBlock(strides: Int32Array, first: number): number {
  return strides[blockOf(first)] ?? 0;
}

/** The block that a word of the first stride leads to; for a leaf the first one, found by its sign and not by a branch. */
function blockOf(first: number): number {
  const isLeaf = first >> 31;
  return (FIRST_STRIDE & isLeaf) | (first & ~isLeaf);
}

/** How many bits of a word are set. */
export function bitsIn(word: number): number {
  const pairs = word - ((word >>> 1) & 0x5555_5555);
  const fours = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
