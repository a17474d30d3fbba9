/**
 * Which records a search tree leads to, numbered by their position in the file. A City database's tree leads four million
 * times to some hundred thousand records. A bit for each octet of the data section, and the number of bits before each word,
 * give the number of a record in a few nanoseconds; a hash table would wait for memory each time.
 *
 * The same pass over the file checks that the tree is valid, so that later walks need no checks.
 */
import { databaseFault } from './database-fault.js';
import { type MmdbFile, readTreeRecord, SEPARATOR_BYTES } from './mmdb-file.js';

export interface RecordIndex {
  /** Where each record is in the file, ascending. */
  readonly offsets: Uint32Array;
  /** The number of the data record that a tree record above `nodeCount` leads to. */
  numberOf(record: number): number;
}

/** The bits of an IPv6 address; IPv4 counts as its last 32. */
export const DEPTH = 128;
/** A number of levels that no node may have. */
const TOO_HIGH = DEPTH + 2;

/**
 * Checks all nodes of a tree. Throws DATABASE_INVALID if one leads outside the data section, or if the tree is deeper than
 * an address.
 */
export function indexRecords(file: MmdbFile): RecordIndex {
  const { nodeCount, ipVersion } = file.metadata;
  const { start, end } = file.data;
  const size = Math.max(0, end - start);
  const first = nodeCount + SEPARATOR_BYTES;
  const bits = new Int32Array((size >> 5) + 1);
  const mark = (record: number): void => {
    if (record <= nodeCount) return;
    const at = record - first;
    if (at < 0 || at >= size) {
      throw databaseFault(file.path, `damaged, its search tree leads to ${record}, outside the data section`);
    }
    bits[at >> 5] = (bits[at >> 5] ?? 0) | (1 << (at & 31));
  };
  /** How many levels there are from each node down, including itself and the end; 0: not known yet. */
  const heights = new Uint8Array(nodeCount);
  const settle = (node: number, left: number, right: number): void => {
    const zero = left < nodeCount ? (heights[left] ?? 0) : 1;
    const one = right < nodeCount ? (heights[right] ?? 0) : 1;
    if (zero > 0 && one > 0) heights[node] = Math.min(TOO_HIGH, Math.max(zero, one) + 1);
  };
  const [from, to, step] = alongChildren(file);
  for (let node = from; node !== to; node += step) {
    const left = readTreeRecord(file, node, 0);
    const right = readTreeRecord(file, node, 1);
    mark(left);
    mark(right);
    settle(node, left, right);
  }
  /** Determines the heights that the pass over the file left open, each node once. */
  const measure = (record: number, depth: number): void => {
    if (record >= nodeCount) return;
    if (depth + Math.max(2, heights[record] ?? 0) > DEPTH + 1) {
      throw databaseFault(file.path, 'damaged, its search tree is deeper than an address has bits');
    }
    if (heights[record] !== 0) return;
    const left = readTreeRecord(file, record, 0);
    const right = readTreeRecord(file, record, 1);
    measure(left, depth + 1);
    measure(right, depth + 1);
    settle(record, left, right);
  };
  measure(0, ipVersion === 6 ? 0 : DEPTH - 32);
  const before = new Int32Array(bits.length);
  let count = 0;
  for (let word = 0; word < bits.length; word++) {
    before[word] = count;
    count += bitCount(bits[word] ?? 0);
  }
  const offsets = new Uint32Array(count);
  for (let word = 0, number = 0; word < bits.length; word++) {
    for (let left = bits[word] ?? 0; left !== 0; left &= left - 1) {
      offsets[number++] = start + word * 32 + 31 - Math.clz32(left & -left);
    }
  }
  return { offsets, numberOf: numbering(first, bits, before) };
}

/** The numbering of records by the bits that mark them. It keeps nothing else that was needed to find these. */
function numbering(first: number, bits: Int32Array, before: Int32Array): RecordIndex['numberOf'] {
  return (record) => {
    const at = record - first;
    const word = at >> 5;
    return (before[word] ?? 0) + bitCount((bits[word] ?? 0) & ((1 << (at & 31)) - 1));
  };
}

/**
 * The order in which to visit the nodes of a file so that each comes after those that it leads to. Files have either every
 * node before those it leads to or every node after them, and one in the middle shows which.
 */
export function alongChildren(file: MmdbFile): readonly [from: number, to: number, step: 1 | -1] {
  const { nodeCount } = file.metadata;
  for (let node = nodeCount >> 1; node < nodeCount; node++) {
    const least = Math.min(readTreeRecord(file, node, 0), readTreeRecord(file, node, 1));
    if (least < nodeCount) return least < node ? [0, nodeCount, 1] : [nodeCount - 1, -1, -1];
  }
  return [nodeCount - 1, -1, -1];
}

/** How many bits of a word are set: they are added up in parallel, in pairs, fours and octets. */
function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x5555_5555);
  const fours = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
