import t from 'tap';
import { documentsIn, scalarOf, textOf } from '../../src/import/tree-items.js';

t.test('documents know their lines', async (t) => {
  const documents = documentsIn({ file: 'x', text: '---\na: 1\n--- # two\n---\n\na: " "\n' });
  t.same(
    documents.map(({ root, before, last }) => [
      scalarOf(root, 'a'),
      textOf(root, 'a'),
      before + root.at.line,
      last,
    ]),
    [
      [1, '1', 2, 2],
      [' ', undefined, 6, 6],
    ],
  );
});

t.test('JSON may have tabs', async (t) => {
  const [document] = documentsIn({ file: 'x', text: '{\n\t"a":\t"b"\n}' });
  t.equal(document && textOf(document.root, 'a'), 'b');
});

t.test('a fault is said with its line in the file', async (t) => {
  t.throws(() => documentsIn({ file: 'x', text: 'a: 1\n---\na: [\n' }), {
    message: /^x:3:4: the \[ that begins here has no \]/,
  });
});
