/** Makes stride tries (src/answer/strides.ts) from trees. Nodes that several addresses share have one block. */
import { BLOCK, bitsIn, FIRST_STRIDE } from '../../answer/strides.js';
import type { SharedTree } from './map-table.js';

/** The depths at which the first and the second stride end. */
const FIRST_BITS = 16;
const BITS = 24;

/** The trie of a tree whose leaves are classes. */
export function stridesOf({ nodes, ipv4 }: SharedTree): Int32Array {
  /**
   * Reports what is below a word, down to a depth: each leaf or node, its depth, and its position among the words of depth
   * `most`.
   */
  const goBelow = (
    word: number,
    depth: number,
    most: number,
    at: number,
    meet: (word: number, depth: number, at: number) => void,
  ): void => {
    if (word < 0 || depth === most) meet(word, depth, at);
    else {
      goBelow(nodes[word * 2] ?? 0, depth + 1, most, at, meet);
      goBelow(nodes[word * 2 + 1] ?? 0, depth + 1, most, at + (1 << (most - depth - 1)), meet);
    }
  };
  /** By node: where its block is. */
  const blocks = new Map<number, number>();
  let leaves = 0;
  goBelow(ipv4, 0, FIRST_BITS, 0, (node) => {
    if (node < 0 || blocks.has(node)) return;
    blocks.set(node, FIRST_STRIDE + blocks.size * BLOCK.WORDS);
    goBelow(node, FIRST_BITS, BITS, 0, () => leaves++);
  });
  let leaf = FIRST_STRIDE + blocks.size * BLOCK.WORDS;
  const strides = new Int32Array(leaf + leaves);
  for (const [node, block] of blocks) {
    strides[block + BLOCK.LEAVES] = leaf;
    goBelow(node, FIRST_BITS, BITS, 0, (word, depth, at) => {
      strides[block + (at >> 5)] = (strides[block + (at >> 5)] ?? 0) | (1 << (at & 31));
      strides[leaf++] = atDepth(word, depth);
    });
    let before = 0;
    for (let group = 0; group < BLOCK.GROUPS; group++) {
      const word = block + BLOCK.BEFORE + (group >> 2);
      strides[word] = (strides[word] ?? 0) | (before << ((group & 3) << 3));
      before += bitsIn(strides[block + group] ?? 0);
    }
  }
  goBelow(ipv4, 0, FIRST_BITS, 0, (word, depth, at) => {
    strides.fill(blocks.get(word) ?? atDepth(word, depth), at, at + (1 << (FIRST_BITS - depth)));
  });
  return strides;
}

/** A leaf with its depth above its value; a node as it is. */
function atDepth(word: number, depth: number): number {
  return word < 0 ? word | (depth << 23) : word;
}
