import t from 'tap';
import { LEAF } from '../../src/ip/prefix-tree.js';
import { shareNodes } from '../../src/ip/share-nodes.js';

t.test('a node that is there is given again, any other is new', async (t) => {
  const nodes = shareNodes();
  const bottom = nodes.node(LEAF + 1, LEAF + 2);
  t.equal(nodes.node(LEAF + 1, LEAF + 2), bottom);
  const mirrored = nodes.node(LEAF + 2, LEAF + 1);
  t.not(mirrored, bottom);
  t.equal(nodes.node(bottom, mirrored), 2);
  t.equal(nodes.node(bottom, mirrored), 2);
  t.same([...nodes.words()], [-LEAF + 1, -LEAF + 2, -LEAF + 2, -LEAF + 1, 0, 1], 'signed words');
});

t.test('a hundred thousand nodes are remembered while the room for them grows', async (t) => {
  const nodes = shareNodes();
  const ask = (i: number): number => nodes.node(LEAF + (i % 331), i < 331 ? LEAF : i - 331);
  const first = Array.from({ length: 100_000 }, (_, i) => ask(i));
  t.ok(
    first.every((number, i) => number === i),
    'each is a new one',
  );
  t.ok(
    first.every((number, i) => ask(i) === number),
    'and is found again',
  );
  t.equal(nodes.words().length, 200_000);
});

t.test('a node that a thousand others lead to has room for all of them', async (t) => {
  const nodes = shareNodes();
  const common = nodes.node(LEAF, LEAF + 1);
  const ask = (i: number): number => nodes.node(LEAF + i, common);
  const numbers = Array.from({ length: 1000 }, (_, i) => i + 1);
  t.same(
    numbers.map((i) => ask(i)),
    numbers,
    'each is a new one',
  );
  t.same(
    numbers.map((i) => ask(i)),
    numbers,
    'and is found again',
  );
});

t.test(
  'two sides that are the same leaf are that leaf, and two that are the same node are one',
  async (t) => {
    const nodes = shareNodes();
    const leaf = (LEAF + 7) | 0;
    t.equal(nodes.join(leaf, leaf), leaf);
    t.equal(nodes.words().length, 0);
    const node = nodes.join(leaf, leaf + 1);
    t.equal(nodes.join(node, node), 1);
  },
);
