/**
 * A binary tree over the bits of addresses, in one Uint32Array, so that it can be in shared memory and any thread can walk
 * it in place. A node has two words: where a 0 bit leads, and where a 1 bit leads. A word with its top bit set is a leaf. It
 * has a value of 22 bits and a mark, whose meaning is up to the builder of the tree. Everything that is looked up by address
 * has this form: databases as read, networks that zones name, and the location map that answering walks.
 */
import type { Prefix } from './prefix.js';

/** The bit that tells a leaf from a node's number. */
export const LEAF = 0x8000_0000;
/** The largest value of a leaf. */
export const MAX_LEAF = 0x3f_ffff;
/** The mark of a leaf, the bit above its value, so that `walk` returns both together. */
export const MARK = 0x40_0000;

export interface PrefixTree {
  /** Node i leads to nodes[2i] on a 0 bit and to nodes[2i + 1] on a 1 bit. */
  readonly nodes: Uint32Array;
  /** The root word of IPv4 and of IPv6: a node's number, or a leaf. */
  readonly ipv4: number;
  readonly ipv6: number;
}

/** A leaf's word for a value. Throws a RangeError above MAX_LEAF. */
export function leaf(value: number): number {
  if (value > MAX_LEAF) throw new RangeError(`a prefix tree holds values up to ${MAX_LEAF}, not ${value}`);
  return (LEAF | value) >>> 0;
}

/** Whether a word is a leaf (else it is a node's number). */
export function isLeaf(word: number): boolean {
  return word >= LEAF;
}

/** The value of a leaf's word, without its mark. */
export function leafValue(word: number): number {
  return word & MAX_LEAF;
}

/** The leaf with its mark. */
export function marked(word: number): number {
  return (word | MARK) >>> 0;
}

/** Where a bit leads. Below a leaf everything is that leaf. */
export function child({ nodes }: Pick<PrefixTree, 'nodes'>, word: number, bit: 0 | 1): number {
  return word >= LEAF ? word : (nodes[word * 2 + bit] ?? LEAF);
}

/**
 * Walks from `root` along at most `bits` bits of the address at `bytes[offset]`. Returns the leaf's value, its mark above
 * that, and the depth at which it was found in one number, `value << 8 | depth`, because the hot path calls it for every
 * query and a pair would be an allocation. A tree is complete: `bits` is its family's, and a walk always ends in a leaf.
 */
export function walk(
  nodes: Uint32Array,
  root: number,
  bytes: Uint8Array,
  offset: number,
  bits: number,
): number {
  let word = root;
  let depth = 0;
  let byte = 0;
  while (word < LEAF && depth < bits) {
    if ((depth & 7) === 0) byte = bytes[offset + (depth >> 3)] ?? 0;
    word = nodes[(word << 1) | ((byte >> (7 - (depth & 7))) & 1)] ?? LEAF;
    depth++;
  }
  return ((word & ~LEAF) << 8) | depth;
}

/**
 * Builds a tree of sets from prefixes: each leaf's value is an index into `sets`, the lists of the ids whose prefixes
 * contain the address (ascending). `sets[0]` is the empty set.
 */
export function treeOfPrefixes(entries: readonly { readonly prefix: Prefix; readonly id: number }[]): {
  tree: PrefixTree;
  sets: readonly (readonly number[])[];
} {
  const sets: number[][] = [[]];
  const known = new Map<string, number>([['', 0]]);
  const words: number[] = [];
  const idOf = (ids: readonly number[]): number => {
    const sorted = [...new Set(ids)].sort((a, b) => a - b);
    const key = sorted.join(',');
    const found = known.get(key);
    if (found !== undefined) return found;
    known.set(key, sets.length);
    sets.push(sorted);
    return sets.length - 1;
  };
  // Each call gets the prefixes that share the first `depth` bits; those that end here apply to everything below.
  const build = (inside: typeof entries, depth: number, outer: readonly number[]): number => {
    const here = inside.filter(({ prefix }) => prefix.length === depth).map(({ id }) => id);
    const deeper = inside.filter(({ prefix }) => prefix.length > depth);
    const ids = here.length === 0 ? outer : [...outer, ...here];
    if (deeper.length === 0) return leaf(idOf(ids));
    const node = words.length / 2;
    words.push(0, 0);
    const bitOf = ({ prefix }: (typeof entries)[number]): number =>
      ((prefix.bytes[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1;
    words[node * 2] = build(
      deeper.filter((entry) => bitOf(entry) === 0),
      depth + 1,
      ids,
    );
    words[node * 2 + 1] = build(
      deeper.filter((entry) => bitOf(entry) === 1),
      depth + 1,
      ids,
    );
    return node;
  };
  const ipv4 = build(
    entries.filter(({ prefix }) => prefix.family === 'ipv4'),
    0,
    [],
  );
  const ipv6 = build(
    entries.filter(({ prefix }) => prefix.family === 'ipv6'),
    0,
    [],
  );
  return { tree: { nodes: Uint32Array.from(words), ipv4, ipv6 }, sets };
}
