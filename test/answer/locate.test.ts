/** The quick walk of a location map, against the plain one. */
import fc from 'fast-check';
import t from 'tap';
import { locateIPv4, locateIPv6 } from '../../src/answer/locate.js';
import { addressFromBytes } from '../../src/ip/address.js';
import { prefixOf } from '../../src/ip/prefix.js';
import { leaf, marked, type PrefixTree, treeOfPrefixes, walk } from '../../src/ip/prefix-tree.js';
import { mapOfTree } from '../compile/map/map-of-tree.js';

const four = fc.uint8Array({ minLength: 4, maxLength: 4 });
const six = fc.uint8Array({ minLength: 16, maxLength: 16 });

/** Trees from nothing to some thousand nodes, so that tables of every size come up. */
const trees = fc
  .array(fc.tuple(fc.oneof(four, four, six), fc.nat(128)), { maxLength: 150 })
  .map((entries) => ({
    bytes: entries.map(([bytes]) => bytes),
    tree: treeOfPrefixes(
      entries.map(([bytes, length], id) => ({
        prefix: prefixOf(addressFromBytes(bytes), length % (bytes.length * 8 + 1)),
        id,
      })),
    ).tree,
  }));

function agrees(tree: PrefixTree, bytes: Uint8Array): boolean {
  const map = mapOfTree(tree);
  const at = Uint8Array.of(1, 2, 3, ...bytes, 255);
  return bytes.length === 4
    ? locateIPv4(map, at, 3) === walk(tree.nodes, tree.ipv4, bytes, 0, 32)
    : locateIPv6(map, at, 3) === walk(tree.nodes, tree.ipv6, bytes, 0, 128);
}

t.test('both walks say the same', async () => {
  fc.assert(
    fc.property(trees, fc.array(fc.oneof(four, six), { maxLength: 10 }), ({ tree, bytes }, more) =>
      [...bytes, ...more].every((one) => agrees(tree, one)),
    ),
    { numRuns: 200 },
  );
});

t.test('a map of one leaf', async (t) => {
  const map = mapOfTree({ nodes: new Uint32Array(), ipv4: marked(leaf(0x3f_ffff)), ipv6: leaf(5) });
  t.equal(locateIPv4(map, Uint8Array.of(255, 255, 255, 255), 0), 0x7f_ffff * 256);
  t.equal(locateIPv6(map, new Uint8Array(16).fill(255), 0), 5 * 256);
});

t.test('leaves at every depth, with the largest value and the mark', async (t) => {
  const chain = (bits: number): number[] =>
    Array.from({ length: bits }, (_, i) => [
      marked(leaf(0x3f_ffff - i)),
      i === bits - 1 ? leaf(i) : i + 1,
    ]).flat();
  for (const bits of [1, 3, 4, 5, 15, 16, 17, 31, 32]) {
    const tree = { nodes: Uint32Array.from(chain(bits)), ipv4: 0, ipv6: leaf(0) };
    for (let ones = 0; ones <= 32; ones++) {
      const address = ones === 0 ? 0 : (0xffff_ffff << (32 - ones)) >>> 0;
      const bytes = Uint8Array.of(
        address >>> 24,
        (address >>> 16) & 255,
        (address >>> 8) & 255,
        address & 255,
      );
      if (!agrees(tree, bytes)) t.fail(`${bits} bits, ${ones} ones`);
    }
  }
  const deep = { nodes: Uint32Array.from(chain(128)), ipv4: leaf(0), ipv6: 0 };
  t.ok(agrees(deep, new Uint8Array(16).fill(255)));
  t.ok(agrees(deep, new Uint8Array(16).fill(254)));
});
