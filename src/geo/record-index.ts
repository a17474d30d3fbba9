/**
 * Which records a search tree leads to, numbered as they lie in the file. A City database's tree leads four million times
 * to some hundred thousand records; a bit for each octet of the data section, and how many bits are set before each word,
 * say which it is in a few nanoseconds, where a hash table would wait for memory each time.
 */
import { databaseFault } from './database-fault.js';
import { type MmdbFile, readTreeRecord, SEPARATOR_BYTES } from './mmdb-file.js';

export interface RecordIndex {
  /** Where in the file each record is, ascending. */
  readonly offsets: Uint32Array;
  /** The number of the record that a tree's record above `nodeCount` leads to. */
  numberOf(record: number): number;
}

/** Looks through all nodes of a tree. Throws DATABASE_INVALID where one leads outside the data section. */
export function indexRecords(file: MmdbFile): RecordIndex {
  const { nodeCount } = file.metadata;
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
  for (let node = 0; node < nodeCount; node++) {
    mark(readTreeRecord(file, node, 0));
    mark(readTreeRecord(file, node, 1));
  }
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
  return {
    offsets,
    numberOf(record) {
      const at = record - first;
      const word = at >> 5;
      return (before[word] ?? 0) + bitCount((bits[word] ?? 0) & ((1 << (at & 31)) - 1));
    },
  };
}

/** How many bits of a word are set: they are added up side by side, in pairs, fours and octets. */
function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x5555_5555);
  const fours = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
