import fc from 'fast-check';
import t from 'tap';
import { readMasterLines } from '../../src/import/master-lines.js';

const read = (text: string) => readMasterLines({ file: 'z', text });
const fieldsOf = (text: string): readonly string[][] =>
  read(text).lines.map(({ fields }) => fields.map(({ text, quoted }) => (quoted ? `<${text}>` : text)));

t.test('quotes, parentheses, comments and escapes', async (t) => {
  t.same(fieldsOf('a (b ; one\n c) d\n\n;two\ne "f ; ( \\" g" h\\;i\n'), [
    ['a', 'b', 'c', 'd'],
    ['e', '<f ; ( \\" g>', 'h\\;i'],
  ]);
  t.same(read('a (b ; one\n c) d\n;two\n').comments, [
    { line: 1, text: 'one', alone: false },
    { line: 3, text: 'two', alone: true },
  ]);
  t.same(
    read('a\n b\n').lines.map(({ indented, first, last }) => [indented, first, last]),
    [
      [false, 1, 1],
      [true, 2, 2],
    ],
  );
});

t.test('templates are fields or comments', async (t) => {
  t.same(fieldsOf('@ SOA a b {{ serial now }} 1\n{% include "x" %}\n'), [
    ['@', 'SOA', 'a', 'b', '{{ serial now }}', '1'],
  ]);
  t.same(read('{% if x %}\n').comments, [{ line: 1, text: '{% if x %}', alone: true }]);
});

t.test('what does not end is refused with its line', async (t) => {
  t.throws(() => read('a\nb (c\nd'), { message: 'z:2:1: a "(" is not closed in this file' });
  t.throws(() => read('a )'), { message: 'z:1:1: there is a ")" without a "(" before it' });
  t.throws(() => read('a "b\n"'), { message: 'z:1:1: a quote is not closed in its line' });
});

t.test('any text is read or refused', async () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab ;"()\\\n\t{}%'), maxLength: 60 }), (text) => {
      try {
        return read(text).lines.every(({ fields }) => fields.length > 0);
      } catch (error) {
        return error instanceof Error && error.message.startsWith('z:');
      }
    }),
    { numRuns: 2000 },
  );
});
