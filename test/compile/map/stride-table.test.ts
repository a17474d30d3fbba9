/** Tries of strides are no larger than what they say. */
import t from 'tap';
import { BLOCK, FIRST_STRIDE } from '../../../src/answer/strides.js';
import { leafOfCell } from '../../../src/compile/map/map-table.js';
import { stridesOf } from '../../../src/compile/map/stride-table.js';

/** A chain from a depth down to another: its far end on the side of ones, the same leaf on all others. */
function chain(nodes: number[], from: number, to: number, end: number): number {
  let word = end;
  for (let depth = to; depth > from; depth--) word = nodes.push(leafOfCell(1), word) / 2 - 1;
  return word;
}

t.test('a tree of one leaf has no block', async (t) => {
  const strides = stridesOf({ nodes: new Int32Array(), ipv4: leafOfCell(7), ipv6: leafOfCell(7) });
  t.equal(strides.length, FIRST_STRIDE);
  t.ok(
    strides.every((word) => word === leafOfCell(7)),
    'its depth is 0',
  );
});

t.test('two networks with the same below them share a block', async (t) => {
  const nodes: number[] = [];
  const end = chain(nodes, 16, 20, leafOfCell(2));
  const left = chain(nodes, 1, 16, end);
  const right = chain(nodes, 1, 16, end);
  const ipv4 = nodes.push(left, right) / 2 - 1;
  const strides = stridesOf({ nodes: Int32Array.from(nodes), ipv4, ipv6: ipv4 });
  t.equal(strides.length, FIRST_STRIDE + BLOCK.WORDS + 5, 'of five leaves');
  t.equal(strides[0x7fff], FIRST_STRIDE);
  t.equal(strides[0xffff], FIRST_STRIDE);
});

t.test('what is deeper than the strides is the node of the tree', async (t) => {
  const nodes: number[] = [];
  const deep = chain(nodes, 24, 28, leafOfCell(2));
  const ipv4 = chain(nodes, 0, 24, deep);
  const strides = stridesOf({ nodes: Int32Array.from(nodes), ipv4, ipv6: ipv4 });
  t.equal(strides.at(-1), deep);
});
