/** What is known otherwise, over what a database says; and IPv4 inside IPv6, which is where IPv4 is. */
import fc from 'fast-check';
import t from 'tap';
import { type Ground, layOver } from '../../src/geo/lay-over.js';
import { parseAddress } from '../../src/ip/address.js';
import { parsePrefix } from '../../src/ip/prefix.js';
import { child, isLeaf, leaf, leafValue, treeOfPrefixes, walk } from '../../src/ip/prefix-tree.js';
import { shareNodes } from '../../src/ip/share-nodes.js';

/** A tree whose leaves are the numbers of these prefixes, from 1 on; 0 elsewhere. */
function treeOf(...texts: readonly string[]) {
  const entries = texts.map((text, i) => {
    const prefix = parsePrefix(text);
    if ('fault' in prefix) throw new Error(prefix.fault);
    return { prefix, id: i + 1 };
  });
  return treeOfPrefixes(entries);
}

/** What an address is below and above, laid together as 100 × above + below. */
function laid(below: readonly string[], above: readonly string[]) {
  const ground = treeOf(...below);
  const over = treeOf(...above);
  const last = (sets: readonly (readonly number[])[], value: number): number => sets[value]?.at(-1) ?? 0;
  const end = (at: number): number => last(ground.sets, leafValue(at));
  const words = new Map<number, number>();
  const nodes = shareNodes();
  const wordOf = (at: number): number => {
    if (isLeaf(at)) return leaf(end(at)) | 0;
    const known =
      words.get(at) ?? nodes.join(wordOf(child(ground.tree, at, 0)), wordOf(child(ground.tree, at, 1)));
    words.set(at, known);
    return known;
  };
  const reading: Ground = {
    ipv4: ground.tree.ipv4,
    ipv6: ground.tree.ipv6,
    isEnd: isLeaf,
    side: (at, bit) => child(ground.tree, at, bit),
    wordOf,
    wordBelow(at, value) {
      if (value === 0) throw new Error('nothing is above');
      return leaf(100 * last(over.sets, value) + end(at)) | 0;
    },
  };
  const { ipv4, ipv6 } = layOver(nodes, reading, over.tree);
  const all = Uint32Array.from(nodes.words());
  return (text: string): number => {
    const address = parseAddress(text);
    if (address === null) throw new Error(text);
    const root = address.family === 'ipv4' ? ipv4 : ipv6;
    return walk(all, root >>> 0, address.bytes, 0, address.bytes.length * 8) >>> 8;
  };
}

t.test('only where there is something above it is another', async (t) => {
  const at = laid(['10.0.0.0/8', '10.1.0.0/16'], ['10.1.128.0/17', '192.0.2.0/24']);
  t.same(['10.0.0.1', '10.1.0.1', '10.1.128.1', '192.0.2.1', '192.0.3.1'].map(at), [1, 2, 102, 200, 0]);
});

t.test(
  'mapped and 6to4 addresses are where their IPv4 address is, whatever either tree says of IPv6',
  async (t) => {
    const at = laid(['10.0.0.0/8', '2000::/8', '2001:db8::/32'], ['10.1.0.0/16', '2000::/12', '::/8']);
    t.same([at('::ffff:10.0.0.1'), at('2002:a00:1::')], [1, 1]);
    t.same([at('::ffff:10.1.0.1'), at('2002:a01:1::')], [101, 101]);
    t.same([at('2001:db8::1'), at('2003::1'), at('::2')], [203, 202, 300], 'all else is as it is');
  },
);

t.test('any two trees: each address is below and above what it would be alone', async (t) => {
  const octets = fc.tuple(fc.nat(3), fc.nat(3));
  const prefix = fc.tuple(octets, fc.constantFrom(8, 12, 16)).map(([[a, b], length]) => {
    const word = ((a << 8) | b) & (0xffff << (16 - length)) & 0xffff;
    return `${word >> 8}.${word & 255}.0.0/${length}`;
  });
  const lists = fc.uniqueArray(prefix, { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(lists, lists, octets, (below, above, [a, b]) => {
      const text = `${a}.${b}.1.1`;
      const alone = (list: readonly string[]): number => laid(list, ['203.0.113.0/24'])(text);
      const [under, over] = [alone(below), alone(above)];
      return laid(below, above)(text) === (over === 0 ? under : 100 * over + under);
    }),
    { seed: 3, numRuns: 200 },
  );
  t.pass('200 pairs');
});

t.test('below one leaf each part stays what it is', async (t) => {
  const at = laid(['10.0.0.0/16', '10.2.0.0/16', '10.3.128.0/17', '11.1.0.0/16'], ['10.0.0.0/7']);
  t.same(
    ['10.0.0.1', '10.1.0.1', '10.2.0.1', '10.3.0.1', '10.3.128.1', '11.0.0.1', '11.1.0.1'].map(at),
    [101, 100, 102, 100, 103, 100, 104],
  );
});
