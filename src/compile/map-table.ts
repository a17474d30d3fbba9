/**
 * Lays a location map out for answering (src/answer/locate.ts): in shared memory, with a table that leads over the first
 * bits of IPv4 at once.
 */
import type { LocationMap } from '../answer/table.js';
import { isLeaf, LEAF, type PrefixTree } from '../ip/prefix-tree.js';
import { sharedInt32 } from './shared-memory.js';

/** Bits that the table leads over: 2^16 words lie in the second-level cache, and half of all /16s end there. */
const MOST_BITS = 16;
const FEWEST_BITS = 4;

/** The map of a tree. Its table has no more words than the tree itself, so that small maps stay small. */
export function layOutMap({ nodes, ipv4, ipv6 }: PrefixTree): LocationMap {
  const fitting = Math.floor(Math.log2(nodes.length + 1));
  const jumpBits = Math.max(FEWEST_BITS, Math.min(MOST_BITS, fitting));
  const jump: number[] = [];
  const fill = (word: number, depth: number): void => {
    if (depth === jumpBits || isLeaf(word)) {
      const entry = isLeaf(word) ? word | (depth << 23) : word;
      for (let i = 0; i < 1 << (jumpBits - depth); i++) jump.push(entry);
      return;
    }
    fill(nodes[word * 2] ?? LEAF, depth + 1);
    fill(nodes[word * 2 + 1] ?? LEAF, depth + 1);
  };
  fill(ipv4, 0);
  return { map: sharedInt32(nodes), ipv6Root: ipv6 | 0, jump: sharedInt32(jump), jumpBits };
}
