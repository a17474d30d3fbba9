/** Two strides lead to where 24 steps do. */
import t from 'tap';
import { bitsIn, followStrides } from '../../src/answer/strides.js';
import { leafOfCell } from '../../src/compile/map/map-table.js';
import { stridesOf } from '../../src/compile/map/stride-table.js';
import { seededRandom } from '../../src/platform/random.js';
import { anyAddress, anyTree, lookUp } from '../compile/map/trees.js';

t.test('they say what the tree says, and at what depth', async (t) => {
  const random = seededRandom(5);
  const depths = new Set<number>();
  for (const prefixes of [0, 1, 3, 20, 300]) {
    for (let tree = 0; tree < 10; tree++) {
      const made = anyTree(random, prefixes, 20_000);
      const strides = stridesOf(made);
      for (let i = 0; i < 500; i++) {
        const address = anyAddress(random);
        const { word, depth } = lookUp(made, address, 24);
        depths.add(depth);
        const expected = word < 0 ? word | (depth << 23) : word;
        if (followStrides(strides, address) !== expected) t.fail(`${prefixes} prefixes, ${address}`);
      }
    }
  }
  t.ok(depths.size > 20, 'leaves are at nearly every depth');
});

t.test('a block whose leaves are all of one length', async (t) => {
  // Below 0.0.0.0/16 each /24 is another class.
  const nodes: number[] = [];
  const build = (depth: number, at: number): number => {
    if (depth === 24) return leafOfCell(at);
    const zero = build(depth + 1, at * 2);
    const one = depth < 16 ? leafOfCell(999) : build(depth + 1, at * 2 + 1);
    return nodes.push(zero, one) / 2 - 1;
  };
  const ipv4 = build(0, 0);
  const strides = stridesOf({ nodes: Int32Array.from(nodes), ipv4, ipv6: ipv4 });
  for (let network = 0; network < 256; network++) {
    t.equal(followStrides(strides, (network << 8) | 77), leafOfCell(network) | (24 << 23));
  }
  t.equal(followStrides(strides, 0x0001_0000), leafOfCell(999) | (16 << 23));
});

t.test('bits are counted', async (t) => {
  const random = seededRandom(6);
  for (const word of [0, -1, 1, 1 << 31, ...Array.from({ length: 100 }, () => (random() * 2 ** 32) | 0)]) {
    t.equal(bitsIn(word), [...(word >>> 0).toString(2)].filter((digit) => digit === '1').length);
  }
});
