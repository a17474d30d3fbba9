import t from 'tap';
import { MAX_BYTES, readYaml } from '../../src/zone/read-yaml.js';
import { nodeAt, plainValue } from '../../src/zone/tree.js';

/** The plain value of a text without faults. */
function valueIn(text: string): unknown {
  const { root, faults } = readYaml(text);
  if (root === undefined || faults.length > 0) throw new Error(JSON.stringify(faults));
  return plainValue(root);
}

t.test('reads YAML 1.2, core schema', async (t) => {
  t.same(valueIn('a: [1, -2.5, 0x10, true, null, ~, no, "1", 1:30]\nb:\nc: |\n  x\n'), {
    a: [1, -2.5, 16, true, null, null, 'no', '1', '1:30'],
    b: null,
    c: 'x\n',
  });
  t.same(valueIn('%YAML 1.1\n---\na: yes'), { a: 'yes' }, 'whatever version the text asks for');
  t.same(valueIn('\uFEFFa: 1\r\nb: 2\r\n'), { a: 1, b: 2 });
  t.equal(valueIn(''), null);
});

t.test('keys are text as written', async (t) => {
  t.same(valueIn('1: a\n0x10: b\ntrue: c\n"@": d\nconstructor: e\n'), {
    1: 'a',
    '0x10': 'b',
    true: 'c',
    '@': 'd',
    constructor: 'e',
  });
});

t.test('knows where keys and values stand', async (t) => {
  const { root } = readYaml('# comment\na:\n  b: [x, {c: 1}]\n  d:\n');
  if (root === undefined) throw new Error('no root');
  t.match(nodeAt(root, []), { at: { line: 2, column: 1 } });
  t.match(nodeAt(root, ['a', 'b']), { keyAt: { line: 3, column: 3 }, at: { line: 3, column: 6 } });
  t.match(nodeAt(root, ['a', 'b', 0]), { at: { line: 3, column: 7 } });
  t.match(nodeAt(root, ['a', 'b', 1, 'c']), { keyAt: { line: 3, column: 11 }, at: { line: 3, column: 14 } });
  t.match(
    nodeAt(root, ['a', 'd']),
    { at: { line: 4, column: 3 } },
    'an empty value stands where its key does',
  );
  t.equal(nodeAt(root, ['a', 'b', 2]), undefined);
  t.equal(nodeAt(root, ['a', 'x', 'y']), undefined);
});

t.test('aliases stand for what they name', async (t) => {
  t.same(valueIn('a: &x [1, {b: 2}]\nc: *x\n'), { a: [1, { b: 2 }], c: [1, { b: 2 }] });
  const { root } = readYaml('a: &x [1]\nc: *x\n');
  if (root === undefined) throw new Error('no root');
  t.match(
    nodeAt(root, ['c']),
    { keyAt: { line: 2, column: 1 }, at: { line: 1, column: 7 } },
    'the text to correct',
  );
});

t.test('an alias can be neither its own part nor a bomb', async (t) => {
  t.match(readYaml('a: &x [*x]').faults, [
    { line: 1, column: 8, message: /\*x refers to no anchor that ends before/ },
  ]);
  const levels = Array.from({ length: 20 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i}, `.repeat(9)}]`);
  const bomb = readYaml(`l0: &l0 x\n${levels.join('\n')}\n`);
  t.equal(bomb.faults.length, 1);
  t.match(bomb.faults[0]?.message, /aliases make the file too large/);
});

t.test('depth is bounded before it can hurt', async (t) => {
  for (const open of ['[', '- ', '{a: ', '? ', '[{b: ']) {
    const { root, faults } = readYaml(open.repeat(100_000));
    t.equal(root, undefined);
    t.match(faults, [{ line: 1, message: /nested deeper than 64 levels/ }], open);
  }
  const indented = Array.from({ length: 100 }, (_, i) => `${' '.repeat(i)}a:`).join('\n');
  t.match(readYaml(indented).faults, [{ message: /nested deeper/ }]);
  t.equal(readYaml('['.repeat(60) + ']'.repeat(60)).faults.length, 0);
});

t.test('size is bounded', async (t) => {
  t.match(readYaml(`#${' '.repeat(MAX_BYTES)}`).faults, [
    { line: 1, column: 1, message: /larger than 8 MiB/ },
  ]);
  t.equal(readYaml(`#${' '.repeat(MAX_BYTES - 1)}`).faults.length, 0);
  t.match(readYaml('#é'.repeat(MAX_BYTES / 2)).faults, [{ message: /larger than 8 MiB/ }], 'octets count');
  t.match(readYaml('- \n'.repeat(500_000)).faults, [{ message: /more than 1000000 pieces/ }]);
});

t.test('many keys take no more than their time', async (t) => {
  const text = Array.from({ length: 20_000 }, (_, i) => `k${i}: 1\n`).join('');
  const { root, faults } = readYaml(`${text}k7: 2\n`);
  t.equal(root?.kind === 'mapping' ? root.entries.size : 0, 20_000);
  t.match(faults, [{ line: 20_001, column: 1, message: 'duplicate key "k7", first at line 8' }]);
});
