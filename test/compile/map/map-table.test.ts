/** The table over the first bits of IPv4 says what the tree says, at the depth at which it is known. */
import fc from 'fast-check';
import t from 'tap';
import { locateIPv4, locateNumber } from '../../../src/answer/locate.js';
import { SCOPE_BITS } from '../../../src/answer/table.js';
import {
  cellsOf,
  leafOfCell,
  MIXED,
  ownMap,
  sharedMap,
  stridedMap,
  tableOctets,
} from '../../../src/compile/map/map-table.js';
import { stridesOf } from '../../../src/compile/map/stride-table.js';
import { shareNodes } from '../../../src/ip/share-nodes.js';

interface Node {
  readonly sides?: readonly [Node, Node];
  readonly value: number;
}
/** Trees some of whose branches are deep enough to lie beyond the table. */
const { node } = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 9, withCrossShrink: true },
    fc.record({ value: fc.nat(3) }),
    fc.record({ value: fc.constant(0), sides: fc.tuple(tie('node'), tie('node')) }),
  ),
}));
const addresses = fc.array(fc.uint8Array({ minLength: 4, maxLength: 4 }), { minLength: 20, maxLength: 20 });

/** The value at an address, and the depth at which all below have it. */
function lookUp(root: Node, address: Uint8Array, read: (value: number) => number): string {
  const whole = (at: Node): number | undefined => {
    if (at.sides === undefined) return read(at.value);
    const [zero, one] = at.sides.map(whole);
    return zero === one ? zero : undefined;
  };
  let at = root;
  for (let depth = 0; ; depth++) {
    const value = whole(at);
    if (value !== undefined) return `${value} ${depth}`;
    const bit = ((address[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1;
    at = at.sides?.[bit] ?? root;
  }
}

/** The words of a tree, equal neighbours merged. */
function treeOf(root: Node) {
  const nodes = shareNodes();
  const wordOf = ({ sides, value }: Node): number =>
    sides === undefined ? leafOfCell(value) : nodes.join(wordOf(sides[0]), wordOf(sides[1]));
  const ipv4 = wordOf(root);
  return { nodes: nodes.words(), ipv4, ipv6: ipv4 };
}
const found = (word: number): string => `${(word >>> 8) & 0x3f_ffff} ${word & 0xff}`;

t.test('a map of its own: every address is where the tree has it', async (t) => {
  fc.assert(
    fc.property(node, addresses, (root, asked) => {
      const map = ownMap(treeOf(root));
      return asked.every(
        (address) => found(locateIPv4(map, address, 0)) === lookUp(root, address, (value) => value),
      );
    }),
    { seed: 11, numRuns: 200 },
  );
  t.pass('200 trees');
});

t.test('a shared one: two classes that a geography does not tell apart are one place to it', async (t) => {
  const cells = [4, 4, 7, 4];
  fc.assert(
    fc.property(node, addresses, (root, asked) => {
      const map = sharedMap(treeOf(root), cellsOf(cells));
      return asked.every(
        (address) =>
          found(locateIPv4(map, address, 0)) === lookUp(root, address, (value) => cells[value] ?? -1),
      );
    }),
    { seed: 12, numRuns: 200 },
  );
  t.pass('200 trees');
});

t.test('by strides: the same, with no more than a table of scopes for each geography', async (t) => {
  const cells = [4, 4, 7, 4];
  fc.assert(
    fc.property(node, addresses, (root, asked) => {
      const tree = treeOf(root);
      const shared = sharedMap(tree, cellsOf(cells));
      // What a geography sees below each entry, as the map of a tree that is shared by few says it.
      const cellOf = (_: number, entry: number): number => {
        const word = locateNumber(shared, entry << (32 - SCOPE_BITS));
        return (word & 0xff) <= SCOPE_BITS ? word >>> 8 : MIXED;
      };
      const map = stridedMap(tree, stridesOf(tree), cellsOf(cells), cellOf);
      return asked.every(
        (address) =>
          found(locateIPv4(map, address, 0)).split(' ')[0] ===
            lookUp(root, address, (value) => cells[value] ?? -1).split(' ')[0] &&
          (locateIPv4(shared, address, 0) & 0xff) <= (locateIPv4(map, address, 0) & 0xff),
      );
    }),
    { seed: 13, numRuns: 100 },
  );
  t.pass('100 trees');
});

t.test('cells are as short as they can be', async (t) => {
  t.ok(cellsOf([0, -0x8000, 0x7fff]) instanceof Int16Array);
  t.ok(cellsOf([0, 0x8000]) instanceof Int32Array);
  t.ok(cellsOf([-0x8001]) instanceof Int32Array);
  t.ok(cellsOf([]) instanceof Int16Array);
});

t.test('a table is no larger than its tree, within bounds', async (t) => {
  t.equal(tableOctets(0), 4 << 4);
  t.equal(tableOctets(1 << 20), 4 << 16);
  for (const nodes of [100, 1000, 10_000]) t.ok(tableOctets(nodes) <= 4 * (2 * nodes + 1));
});
