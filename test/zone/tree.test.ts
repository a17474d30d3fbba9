/** A file as a tree: what is left out of it, and where what is left stands. */
import t from 'tap';
import { readYaml } from '../../src/zone/read-yaml.js';
import { closeGaps, nodeAt, nodesAlong, plainValue } from '../../src/zone/tree.js';

function treeOf(text: string) {
  const { root } = readYaml(text);
  if (root === undefined) throw new Error('no root');
  return root;
}

t.test('what is left out is in no plain value, and the rest keeps its order', async (t) => {
  const root = treeOf('b: [1, 2, 3]\na: { x: 1, y: 2 }\n');
  for (const path of [
    ['b', 1],
    ['a', 'x'],
  ]) {
    const node = nodeAt(root, path);
    if (node !== undefined) node.omitted = true;
  }
  t.same(JSON.stringify(plainValue(root)), '{"b":[1,3],"a":{"y":2}}');
  t.ok(nodeAt(root, ['b', 1]), 'it can still be pointed at');
});

t.test('gaps are closed where something is faulty, and indices count anew', async (t) => {
  const root = treeOf('b: [[1, 2], 3]\n');
  const [list, inner, first] = [['b'], ['b', 0], ['b', 0, 0]].map((path) => nodeAt(root, path));
  if (list === undefined || inner === undefined || first === undefined) throw new Error('they are there');
  first.omitted = true;
  closeGaps(root);
  t.match(nodeAt(root, ['b', 0, 0]), { value: 1 }, 'nobody said that anything is faulty');
  for (const node of [root, list, inner, first]) node.faulty = true;
  closeGaps(root);
  t.match(nodeAt(root, ['b', 0, 0]), { value: 2 });
  t.equal(nodeAt(root, ['b', 0, 1]), undefined);
  t.match(nodeAt(root, ['b', 1]), { value: 3 });
});

t.test('along a path as far as it goes', async (t) => {
  const root = treeOf('a: { b: [x] }\n10: y\n');
  t.equal(nodesAlong(root, ['a', 'b', 0]).length, 4);
  t.equal(nodesAlong(root, ['a', 'c', 0]).length, 2);
  t.equal(nodesAlong(root, ['z'])[0], root);
  t.match(nodeAt(root, [10]), { value: 'y' }, 'a key that looks like a number');
  t.equal(nodeAt(root, ['a', 'b', '0']), undefined, 'an index is a number');
});
