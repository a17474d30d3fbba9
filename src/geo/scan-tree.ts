/**
 * Turns the search tree of a whole database into a prefix tree of values, once and quickly: compiling needs all of its
 * networks, and millions of separate lookups would take minutes. Adjacent leaves with equal values become one, and so do
 * equal subtrees, so the tree is no larger than its content.
 */
import { LEAF, leaf, MAX_LEAF, type PrefixTree } from '../ip/prefix-tree.js';
import { type SharedNodes, shareNodes } from '../ip/share-nodes.js';
import { databaseFault } from './database-fault.js';
import { layOver } from './lay-over.js';
import { ipv4Record, type MmdbFile, readTreeRecord } from './mmdb-file.js';
import { alongChildren, indexRecords, type RecordIndex } from './record-index.js';

/** What lies over a database: a tree whose leaves say what else is known of the addresses there; 0 is nothing. */
export interface Overlay {
  readonly tree: PrefixTree;
  /** The word of a leaf for what the database says (a record's number + 1, or 0 for nothing) and what else is known. */
  wordAt(number: number, value: number): number;
}

const NOTHING_OVER: Overlay = {
  tree: { nodes: new Uint32Array(), ipv4: LEAF, ipv6: LEAF },
  wordAt: () => LEAF,
};

/** A tree that is still being built. Words are signed, like those of shared nodes. */
export interface GrownTree {
  readonly nodes: SharedNodes;
  readonly ipv4: number;
  readonly ipv6: number;
}

/**
 * The prefix tree of the values of all records. `valueAt` gets a record's offset in the file and its number, once for each
 * distinct record; the value 0 stands for nothing. Throws DATABASE_INVALID if the tree is damaged.
 */
export function scanTree(file: MmdbFile, valueAt: (offset: number, number: number) => number): PrefixTree {
  const records = indexRecords(file);
  const words = new Int32Array(records.offsets.length + 1);
  words[0] = LEAF;
  for (const [number, offset] of records.offsets.entries()) {
    const value = valueAt(offset, number);
    if (value > MAX_LEAF) throw databaseFault(file.path, `it holds more than ${MAX_LEAF} different records`);
    words[number + 1] = leaf(value);
  }
  const { nodes, ipv4, ipv6 } = treeOfRecords(file, records, words);
  return { nodes: new Uint32Array(nodes.words()), ipv4: ipv4 >>> 0, ipv6: ipv6 >>> 0 };
}

/**
 * The prefix tree of the words of all records, by number + 1, the first word being that of nothing, with what lies over
 * them. Takes time in proportion to the number of nodes, however they lead to one another; and less, the closer the
 * resulting number of nodes is to `expected`.
 */
export function treeOfRecords(
  file: MmdbFile,
  records: RecordIndex,
  words: Int32Array,
  { tree, wordAt }: Overlay = NOTHING_OVER,
  expected = file.metadata.nodeCount >> 2,
): GrownTree {
  const { nodeCount, ipVersion } = file.metadata;
  const nodes = shareNodes(expected);
  const roots = layOver(
    nodes,
    {
      ipv4: ipv4Record(file),
      ipv6: ipVersion === 6 ? 0 : nodeCount,
      isEnd: (record) => record >= nodeCount,
      side: (record, bit) => (record < nodeCount ? readTreeRecord(file, record, bit) : record),
      wordOf: readNodes(file, records, words, nodes),
      wordBelow: (record, value) =>
        wordAt(record === nodeCount ? 0 : records.numberOf(record) + 1, value) | 0,
    },
    tree,
  );
  return { nodes, ...roots };
}

/**
 * Returns a function from a record to its word. Nearly all words are determined in one pass over the file, the rest on
 * demand.
 */
function readNodes(
  file: MmdbFile,
  records: RecordIndex,
  words: Int32Array,
  nodes: SharedNodes,
): (record: number) => number {
  const { nodeCount } = file.metadata;
  /** The word of each node, plus 1; 0: not known yet. */
  const known = new Int32Array(nodeCount);
  const wordAbove = (record: number): number =>
    words[record === nodeCount ? 0 : records.numberOf(record) + 1] ?? 0;
  /** Determines the word of a node, unless it leads to a node whose word is not known. */
  const settle = (node: number): void => {
    const left = readTreeRecord(file, node, 0);
    const right = readTreeRecord(file, node, 1);
    const zero = left < nodeCount ? (known[left] ?? 0) : wordAbove(left) + 1;
    const one = right < nodeCount ? (known[right] ?? 0) : wordAbove(right) + 1;
    if (zero !== 0 && one !== 0) known[node] = nodes.join(zero - 1, one - 1) + 1;
  };
  const [from, to, step] = alongChildren(file);
  for (let node = from; node !== to; node += step) settle(node);
  const read = (record: number): number => {
    if (record >= nodeCount) return wordAbove(record);
    if (known[record] === 0) {
      read(readTreeRecord(file, record, 0));
      read(readTreeRecord(file, record, 1));
      settle(record);
    }
    return (known[record] ?? 0) - 1;
  };
  return read;
}
