/**
 * Turns the search tree of a whole database into a prefix tree of values, once and quickly: compiling needs every network
 * of it, and looking millions of them up one by one would take minutes. Leaves beside each other with equal values become
 * one, and so do equal subtrees, so the tree is no larger than what it says.
 *
 * Clients in ::ffff:0:0/96 (mapped) and 2002::/16 (6to4) are where their IPv4 address is. So there the IPv6 side leads
 * into the IPv4 side, whatever the database says. Nodes are shared there, and wherever the file itself shares them.
 */
import { child, isLeaf, LEAF, leaf, MAX_LEAF, marked, type PrefixTree } from '../ip/prefix-tree.js';
import { shareNodes } from '../ip/share-nodes.js';
import { databaseFault } from './database-fault.js';
import { bitAt, EMBEDDINGS, type Embedding } from './embeddings.js';
import { ipv4Record, type MmdbFile, readTreeRecord, SEPARATOR_BYTES } from './mmdb-file.js';
import { createNumberMemo } from './number-memo.js';

/** The bits of an IPv6 address; IPv4 counts as its last 32. */
const DEPTH = 128;
const NO_BLOCKS: PrefixTree = { nodes: new Uint32Array(), ipv4: LEAF, ipv6: LEAF };

/**
 * Walks the tree of `file` and gives the prefix tree of what `valueAt` makes of each record's offset in the file (asked
 * once for each distinct one; 0 is for nothing). Inside `blocks`, wherever their leaves are not 0, the file is not asked:
 * all is one marked 0 there. Takes time in proportion to the number of nodes, however they lead to
 * one another. Throws DATABASE_INVALID for a tree that is damaged.
 */
export function scanTree(
  file: MmdbFile,
  valueAt: (offset: number) => number,
  blocks: PrefixTree = NO_BLOCKS,
): PrefixTree {
  const { nodeCount, ipVersion } = file.metadata;
  const nodes = shareNodes();
  /** What each database node became, plus 1, and how many levels it has below it. */
  const words = new Uint32Array(nodeCount);
  const heights = new Uint8Array(nodeCount);
  const leaves = createNumberMemo();

  const join = (left: number, right: number): number =>
    left === right && isLeaf(left) ? left : nodes.node(left, right);
  const leafOf = (record: number): number => {
    const known = leaves.get(record);
    if (known !== 0) return known;
    const offset = file.data.start + record - nodeCount - SEPARATOR_BYTES;
    if (offset < file.data.start || offset >= file.data.end) {
      throw databaseFault(file.path, `damaged, its search tree leads to ${record}, outside the data section`);
    }
    const value = valueAt(offset);
    if (value > MAX_LEAF) throw databaseFault(file.path, `it holds more than ${MAX_LEAF} different records`);
    const word = leaf(value);
    leaves.set(record, word);
    return word;
  };
  const heightOf = (record: number): number => (record < nodeCount ? (heights[record] ?? 0) : 0);
  /** The word of a record, children first. A node that leads to itself is caught by running out of bits. */
  const build = (record: number, depth: number): number => {
    if (record >= nodeCount) return record === nodeCount ? LEAF : leafOf(record);
    const known = words[record] ?? 0;
    if (depth + (known === 0 ? 1 : heightOf(record)) > DEPTH) {
      throw databaseFault(file.path, 'damaged, its search tree is deeper than an address has bits');
    }
    if (known !== 0) return known - 1;
    const left = readTreeRecord(file, record, 0);
    const right = readTreeRecord(file, record, 1);
    // Half of all records are leaves and need none of the checks above.
    const leftWord = left > nodeCount ? leafOf(left) : build(left, depth + 1);
    const rightWord = right > nodeCount ? leafOf(right) : build(right, depth + 1);
    const word = join(leftWord, rightWord);
    words[record] = word + 1;
    heights[record] = 1 + Math.max(heightOf(left), heightOf(right));
    return word;
  };
  /** A tree's word with the blocks laid over it. */
  const cover = (word: number, block: number): number => {
    if (block === LEAF) return word;
    if (isLeaf(block)) return marked(LEAF);
    const [left, right] = ([0, 1] as const).map((bit) =>
      cover(nodes.child(word, bit), child(blocks, block, bit)),
    );
    return join(left ?? LEAF, right ?? LEAF);
  };
  const ipv4 = cover(build(ipv4Record(file), DEPTH - 32), blocks.ipv4);
  /** As `build`, along the bits of the embeddings, and into IPv4 at their end. */
  const graft = (record: number, depth: number, inside: readonly Embedding[]): number => {
    if (inside.length === 0) return build(record, depth);
    if (inside.some(({ length }) => length === depth)) return ipv4;
    const [left, right] = ([0, 1] as const).map((side) =>
      graft(
        record < nodeCount ? readTreeRecord(file, record, side) : record,
        depth + 1,
        inside.filter(({ bytes }) => bitAt(bytes, depth) === side),
      ),
    );
    return join(left ?? LEAF, right ?? LEAF);
  };
  const ipv6 = cover(graft(ipVersion === 6 ? 0 : nodeCount, 0, EMBEDDINGS), blocks.ipv6);
  return { nodes: nodes.words(), ipv4, ipv6 };
}
