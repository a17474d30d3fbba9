import { Reader, type Response } from 'maxmind';
import t from 'tap';
import { fieldFinder, readText } from '../../src/geo/field-reader.js';
import { type MmdbFile, mmdbOfBytes, readMmdb } from '../../src/geo/mmdb-file.js';
import { scanTree } from '../../src/geo/scan-tree.js';
import { bitsOf, embeddedIPv4, parseAddress } from '../../src/ip/address.js';
import { isLeaf, leaf, type PrefixTree, walk } from '../../src/ip/prefix-tree.js';
import { type MmdbContent, writeMmdb } from '../mmdb-writer.js';
import { randomAddresses } from './random-addresses.js';
import { sharedDatabase } from './shared-databases.js';

const invalid = (message: RegExp) => ({ code: 'DATABASE_INVALID', message });

function open(content: Partial<MmdbContent>): MmdbFile {
  return mmdbOfBytes('/d/x.mmdb', writeMmdb({ type: 'Test', entries: {}, ...content }));
}

/** A scan whose values are the first byte of each record: entries are one-byte texts, "A" is 1. */
function scan(content: Partial<MmdbContent>): PrefixTree {
  const file = open(content);
  return scanTree(file, (offset) => (file.bytes[offset + 1] ?? 0) - 0x40);
}

function look(tree: PrefixTree, text: string): string {
  const address = parseAddress(text);
  if (address === null) throw new Error(text);
  const packed = walk(tree.nodes, tree[address.family], address.bytes, 0, bitsOf(address.family));
  const value = packed >>> 8;
  return `${value === 0 ? '-' : String.fromCharCode(0x40 + value)}/${packed & 255}`;
}

t.test('the tree says what the entries say, for all record sizes', async (t) => {
  for (const recordSize of [24, 28, 32] as const) {
    const tree = scan({
      recordSize,
      entries: { '192.0.2.0/24': 'A', '192.0.2.128/25': 'B', '2001:db8::/32': 'C', '2001:db8:1::/48': 'D' },
    });
    t.equal(look(tree, '192.0.2.1'), 'A/25');
    t.equal(look(tree, '192.0.2.200'), 'B/25');
    t.equal(look(tree, '192.0.3.1'), '-/24');
    t.equal(look(tree, '2001:db8:1::1'), 'D/48');
    t.equal(look(tree, '2001:db8:2::1'), 'C/47');
    t.equal(look(tree, '2001:db9::1'), '-/32');
  }
});

t.test('IPv4 inside IPv6 leads to IPv4, whatever the database says', async (t) => {
  const entries = {
    '192.0.2.0/24': 'A',
    '2002::/16': 'X',
    '2002:c000:200::/40': 'Y',
    '::ffff:0:0/96': 'Z',
    '2000::/3': 'C',
  };
  for (const content of [{ entries }, { entries, aliases: true }]) {
    const tree = scan(content);
    t.equal(look(tree, '::ffff:192.0.2.1'), 'A/120');
    t.equal(look(tree, '::ffff:192.0.3.1'), '-/120');
    t.equal(look(tree, '2002:c000:201::1'), 'A/40');
    t.equal(look(tree, '2002:c000:301::1'), '-/40');
    t.equal(look(tree, '2003::1'), 'C/16');
    t.equal(look(tree, '2001:db8::1'), 'C/15');
    t.equal(look(tree, '::192.0.2.1'), 'A/120', 'where the database itself has it');
  }
});

t.test('an IPv4 database knows no IPv6 but what stands for IPv4', async (t) => {
  const tree = scan({ ipVersion: 4, entries: { '192.0.2.0/24': 'A' } });
  t.equal(look(tree, '192.0.2.1'), 'A/24');
  t.equal(look(tree, '::ffff:192.0.2.1'), 'A/120');
  t.equal(look(tree, '2002:c000:201::1'), 'A/40');
  t.equal(look(tree, '::192.0.2.1'), '-/81');
  t.equal(look(tree, 'c000:201::1'), '-/1');
  t.equal(look(tree, '2001:db8::1'), '-/15');
});

t.test('an IPv6 database without IPv4 in it knows no IPv4', async (t) => {
  const none = scan({ entries: { '2001:db8::/32': 'A' } });
  t.equal(none.ipv4, leaf(0));
  const covered = scan({ entries: { '::/64': 'A', '2001:db8::/32': 'B' } });
  t.equal(covered.ipv4, leaf(0), 'a prefix above ::/96 is not about IPv4');
  t.equal(look(covered, '::1:0:0:1'), 'A/80');
  t.equal(look(covered, '::ffff:192.0.2.1'), '-/96');
  t.equal(look(covered, '2002:c000:201::1'), '-/15');
  const all = scan({ entries: { '0.0.0.0/0': 'A' } });
  t.equal(all.ipv4, leaf(1), 'a record for exactly ::/96 is');
});

t.test('equal neighbours become one leaf, all the way up', async (t) => {
  const halves = scan({ ipVersion: 4, entries: { '0.0.0.0/2': 'A', '64.0.0.0/2': 'A', '128.0.0.0/1': 'A' } });
  t.equal(halves.ipv4, leaf(1));
  const same = scan({
    entries: { '10.0.0.0/9': 'A', '10.128.0.0/10': 'A', '10.192.0.0/10': 'A', '11.0.0.0/8': 'B' },
  });
  t.equal(look(same, '10.200.0.1'), 'A/8');
  t.equal(look(same, '11.200.0.1'), 'B/8');
  for (let node = 0; node < same.nodes.length / 2; node++) {
    const [left = 0, right = 0] = same.nodes.subarray(2 * node, 2 * node + 2);
    t.notOk(isLeaf(left) && left === right, `node ${node} is needed`);
  }
});

t.test('an empty database is unknown everywhere', async (t) => {
  const tree = scan({});
  t.strictSame([tree.ipv4, tree.ipv6, tree.nodes.length], [leaf(0), leaf(0), 0]);
});

t.test('each distinct record is asked for once', async (t) => {
  const file = open({ entries: { '10.0.0.0/8': 'A', '12.0.0.0/8': 'A', '14.0.0.0/8': 'B' }, aliases: true });
  const asked: number[] = [];
  scanTree(file, (offset) => asked.push(offset));
  t.equal(asked.length, 2);
  t.equal(new Set(asked).size, 2);
});

/** A file of two bytes of data with this search tree of 24-bit records. */
function rawTree(ipVersion: 4 | 6, records: readonly number[]): MmdbFile {
  const nodeCount = records.length / 2;
  const tree = Buffer.alloc(records.length * 3);
  for (const [i, record] of records.entries()) tree.writeUIntBE(record, i * 3, 3);
  const donor = writeMmdb({
    type: 'Test',
    ipVersion,
    recordSize: 24,
    entries: {},
    metadata: { node_count: nodeCount },
  });
  const metadata = donor.subarray(donor.lastIndexOf('abcdef4d61784d696e642e636f6d', undefined, 'hex'));
  return mmdbOfBytes(
    '/d/x.mmdb',
    Buffer.concat([tree, Buffer.alloc(16), Buffer.from([0x41, 0x41]), metadata]),
  );
}

t.test('a damaged tree is refused', async (t) => {
  const one = (): number => 1;
  t.throws(
    () => scanTree(rawTree(4, [0, 1]), one),
    invalid(/x\.mmdb: damaged, its search tree is deeper/),
    'a cycle',
  );
  t.throws(() => scanTree(rawTree(6, [1, 2, 2, 0]), one), invalid(/deeper/), 'a cycle through two nodes');
  t.throws(
    () => scanTree(rawTree(4, [2, 1]), one),
    invalid(/leads to 2, outside the data section/),
    'the separator',
  );
  t.throws(() => scanTree(rawTree(4, [16, 1]), one), invalid(/leads to 16, outside/), 'its end');
  t.throws(() => scanTree(rawTree(4, [19, 1]), one), invalid(/leads to 19, outside/), 'behind the data');
  t.equal(scanTree(rawTree(4, [17, 1]), one).nodes.length > 0, true, 'the first record');
});

t.test('a node reached twice, the second time too deep, is refused', async (t) => {
  // 0 leads to 1 and 2; 2 to 30 is a chain of left turns that ends in 1, and 1 leads to five more levels.
  const chain = Array.from({ length: 29 }, (_, i) => [i + 3, 36]).flat();
  chain[chain.length - 2] = 1;
  const tail = Array.from({ length: 5 }, (_, i) => [i < 4 ? 32 + i : 36, 36]).flat();
  t.throws(
    () => scanTree(rawTree(4, [1, 2, 31, 36, ...chain, ...tail]), () => 1),
    invalid(/deeper than an address has bits/),
  );
});

t.test('a tree whose nodes all lead to the next one twice takes no time', async (t) => {
  // 2^31 ways through 31 nodes.
  const file = rawTree(4, Array.from({ length: 31 }, (_, i) => [i + 1, i + 1]).flat());
  t.equal(scanTree(file, () => 1).ipv4, leaf(0));
  const records = Array.from({ length: 31 }, (_, i) => [i + 1, i + 1]).flat();
  records[61] = 47;
  t.equal(scanTree(rawTree(4, records), () => 1).nodes.length / 2 >= 31, true);
});

t.test('a value beyond what a leaf holds is refused', async (t) => {
  t.throws(
    () => scanTree(rawTree(4, [17, 1]), () => 0x40_0000),
    invalid(/more than 4194303 different records/),
  );
});

/** The networks of MaxMind's files of all record sizes. */
const NEAR = [1, 2, 4, 8, 16, 32]
  .map((n) => `1.1.1.${n}`)
  .concat('::1:ffff:ffff', '::2:0:0', '::2:0:40', '::2:0:50', '::2:0:58');

for (const name of [
  'MaxMind-DB-test-ipv4-24.mmdb',
  'MaxMind-DB-test-ipv4-32.mmdb',
  'MaxMind-DB-test-ipv6-28.mmdb',
  'MaxMind-DB-test-mixed-24.mmdb',
  'MaxMind-DB-test-mixed-28.mmdb',
  'MaxMind-DB-test-mixed-32.mmdb',
]) {
  const path = sharedDatabase(name);
  t.test(`the tree of ${name} is maxmind's`, { skip: path === undefined }, async (t) => {
    const file = readMmdb(path ?? '');
    const { ipVersion } = file.metadata;
    const find = fieldFinder(file.data, ['ip']);
    const texts = ['nothing'];
    const tree = scanTree(file, (offset) => texts.push(readText(file.data, find(offset)[0] ?? 0) ?? '') - 1);
    const reader = new Reader<Response>(file.bytes);
    const known = new Set<string>();
    const wrong: string[] = [];
    for (const address of randomAddresses(7000, NEAR)) {
      if (embeddedIPv4(address) !== address) continue;
      if (address.family === 'ipv6' && ipVersion === 4) continue;
      const packed = walk(tree.nodes, tree[address.family], address.bytes, 0, bitsOf(address.family));
      const text = texts[packed >>> 8] ?? '';
      const record = reader.get(address.text);
      if (text !== (record === null ? 'nothing' : Object.values(record)[0])) wrong.push(address.text);
      known.add(text);
    }
    t.strictSame(wrong, []);
    t.ok(known.size > 5, `${known.size} records were met`);
  });
}
