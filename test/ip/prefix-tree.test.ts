/** Prefix trees: the sets that they find, against looking through all prefixes, and how deep a walk goes. */
import fc from 'fast-check';
import t from 'tap';
import { type Address, addressFromBytes, bitsOf, parseAddress } from '../../src/ip/address.js';
import { contains, type Prefix, parsePrefix, prefixOf } from '../../src/ip/prefix.js';
import {
  isLeaf,
  LEAF,
  leaf,
  leafValue,
  MAX_LEAF,
  type PrefixTree,
  treeOfPrefixes,
  walk,
} from '../../src/ip/prefix-tree.js';
import type { Family } from '../../src/platform/types.js';

function prefix(text: string): Prefix {
  const parsed = parsePrefix(text);
  if ('fault' in parsed) throw new Error(parsed.fault);
  return parsed;
}

function find(tree: PrefixTree, address: Address): { value: number; depth: number } {
  const found = walk(tree.nodes, tree[address.family], address.bytes, 0, bitsOf(address.family));
  return { value: found >>> 8, depth: found & 0xff };
}

function at(tree: PrefixTree, text: string): { value: number; depth: number } {
  const address = parseAddress(text);
  if (address === null) throw new Error(text);
  return find(tree, address);
}

t.test('leaves', async (t) => {
  t.equal(leaf(0), LEAF);
  for (const value of [0, 1, 255, MAX_LEAF]) {
    t.equal(isLeaf(leaf(value)), true);
    t.equal(leafValue(leaf(value)), value);
  }
  t.equal(isLeaf(0), false);
  t.equal(isLeaf(LEAF - 1), false);
  t.throws(() => leaf(MAX_LEAF + 1), RangeError);
});

t.test('a tree of nothing', async (t) => {
  const { tree, sets } = treeOfPrefixes([]);
  t.same(sets, [[]]);
  t.equal(tree.nodes.length, 0);
  t.same(at(tree, '192.0.2.1'), { value: 0, depth: 0 });
  t.same(at(tree, '2001:db8::1'), { value: 0, depth: 0 });
});

t.test('the walk ends where the prefixes do', async (t) => {
  const { tree, sets } = treeOfPrefixes([
    { prefix: prefix('192.0.2.0/24'), id: 7 },
    { prefix: prefix('192.0.0.0/16'), id: 3 },
    { prefix: prefix('2001:db8::1/128'), id: 5 },
  ]);
  const set = (text: string) => sets[at(tree, text).value];
  t.same(set('192.0.2.9'), [3, 7]);
  t.equal(at(tree, '192.0.2.9').depth, 24);
  t.same(set('192.0.3.9'), [3]);
  t.equal(at(tree, '192.0.3.9').depth, 24, 'its neighbour under the same parent');
  t.equal(at(tree, '192.0.128.0').depth, 17);
  t.same(set('10.0.0.1'), []);
  t.equal(at(tree, '10.0.0.1').depth, 1);
  t.same(set('2001:db8::1'), [5]);
  t.equal(at(tree, '2001:db8::1').depth, 128);
  t.same(set('2001:db8::'), []);
  t.same(sets[0], []);
});

t.test('a root that is a leaf', async (t) => {
  const { tree, sets } = treeOfPrefixes([{ prefix: prefix('0.0.0.0/0'), id: 1 }]);
  t.same(at(tree, '192.0.2.1'), { value: 1, depth: 0 });
  t.same(sets, [[], [1]]);
});

t.test('the largest value and the deepest leaf fit into what walk gives', async (t) => {
  const nodes = new Uint32Array(256);
  for (let i = 0; i < 128; i++) nodes.set([leaf(MAX_LEAF), i === 127 ? leaf(MAX_LEAF) : i + 1], 2 * i);
  const found = walk(nodes, 0, new Uint8Array(16).fill(255), 0, 128);
  t.equal(found >>> 8, MAX_LEAF);
  t.equal(found & 0xff, 128);
});

t.test('an address may be anywhere in its bytes', async (t) => {
  const { tree } = treeOfPrefixes([{ prefix: prefix('192.0.2.0/24'), id: 0 }]);
  t.same(walk(tree.nodes, tree.ipv4, Uint8Array.of(9, 9, 9, 192, 0, 2, 1, 9), 3, 32) >>> 8, 1);
});

/** Few first bytes, so that prefixes lie inside one another. */
const address = (family: Family) =>
  fc
    .array(fc.constantFrom(0, 1, 128, 192, 255), {
      minLength: bitsOf(family) / 8,
      maxLength: bitsOf(family) / 8,
    })
    .map((bytes) => addressFromBytes(Uint8Array.from(bytes)));
const either = fc.constantFrom<Family>('ipv4', 'ipv6').chain(address);
const entries = fc.array(
  fc
    .tuple(either, fc.nat(128), fc.nat(5))
    .map(([at, length, id]) => ({ prefix: prefixOf(at, length % (bitsOf(at.family) + 1)), id })),
  { maxLength: 12 },
);

t.test('sets are what looking through all prefixes gives', async () => {
  fc.assert(
    fc.property(entries, fc.array(either, { minLength: 1, maxLength: 20 }), (list, addresses) => {
      const { tree, sets } = treeOfPrefixes(list);
      // The prefixes' own first addresses too: what is random is seldom inside a long one.
      const asked = [...addresses, ...list.map((entry) => addressFromBytes(entry.prefix.bytes))];
      return asked.every((one) => {
        const ids = list.filter((entry) => contains(entry.prefix, one)).map(({ id }) => id);
        const expected = [...new Set(ids)].sort((a, b) => a - b);
        return JSON.stringify(sets[find(tree, one).value]) === JSON.stringify(expected);
      });
    }),
    { numRuns: 500 },
  );
});

t.test('all addresses that share the walked bits are in the same set', async () => {
  fc.assert(
    fc.property(entries, either, either, (list, one, two) => {
      fc.pre(one.family === two.family);
      const { tree } = treeOfPrefixes(list);
      const { value, depth } = find(tree, one);
      const near = two.bytes.map((byte, i) => {
        const kept = Math.min(8, Math.max(0, depth - i * 8));
        const mask = (0xff << (8 - kept)) & 0xff;
        return ((one.bytes[i] ?? 0) & mask) | (byte & ~mask & 0xff);
      });
      const other = find(tree, addressFromBytes(near));
      return other.value === value && other.depth === depth;
    }),
    { numRuns: 500 },
  );
});
