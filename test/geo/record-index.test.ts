/** The records of a file by number, and trees that lead nowhere or for ever. */
import t from 'tap';
import { mmdbOfBytes, readTreeRecord } from '../../src/geo/mmdb-file.js';
import { alongChildren, indexRecords } from '../../src/geo/record-index.js';
import { type MmdbValue, writeMmdb } from '../mmdb-writer.js';

const entries: Record<string, MmdbValue> = {};
for (let i = 0; i < 300; i++) entries[`10.${i >> 4}.${(i & 15) << 4}.0/28`] = { x: i % 70 };
const fileOf = (bytes: Buffer) => mmdbOfBytes('x.mmdb', bytes);

t.test('every record that the tree leads to has a number, in the order of the file', async (t) => {
  for (const recordSize of [24, 28, 32] as const) {
    const file = fileOf(writeMmdb({ type: 'X', ipVersion: 4, recordSize, entries }));
    const { nodeCount } = file.metadata;
    const led = new Set<number>();
    for (let node = 0; node < nodeCount; node++) {
      for (const bit of [0, 1] as const) {
        const record = readTreeRecord(file, node, bit);
        if (record > nodeCount) led.add(record);
      }
    }
    const { offsets, numberOf } = indexRecords(file);
    const records = [...led].sort((a, b) => a - b);
    t.same(records.map(numberOf), [...records.keys()]);
    t.same(
      [...offsets],
      records.map((record) => file.data.start + record - nodeCount - 16),
    );
  }
});

t.test('from its end on, a file is gone along so that children come first', async (t) => {
  const [from, to, step] = alongChildren(fileOf(writeMmdb({ type: 'X', ipVersion: 4, entries })));
  t.equal(Math.abs(from - to) > 0 && Math.sign(to - from) === step, true);
});

/** The same file with one record of 24 bits of its tree changed. */
function changed(node: number, bit: 0 | 1, record: number) {
  const bytes = writeMmdb({ type: 'X', ipVersion: 4, recordSize: 24, entries });
  bytes.writeUIntBE(record, node * 6 + bit * 3, 3);
  return fileOf(bytes);
}

t.test('a tree that leads beyond the data, or in a circle, is damaged', async (t) => {
  const message = (text: RegExp) => ({ code: 'DATABASE_INVALID', message: text });
  t.throws(() => indexRecords(changed(3, 1, 0xffffff)), message(/^x\.mmdb.*outside the data section/));
  const { nodeCount } = changed(3, 1, 0).metadata;
  t.throws(
    () => indexRecords(changed(3, 1, nodeCount + 1)),
    message(/outside the data section/),
    'between tree and data',
  );
  t.throws(() => indexRecords(changed(3, 1, 0)), message(/deeper than an address has bits/));
  t.throws(() => indexRecords(changed(3, 1, 3)), message(/deeper than an address has bits/));
});
