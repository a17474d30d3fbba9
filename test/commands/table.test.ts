import t from 'tap';
import { formatTable } from '../../src/commands/table.js';

t.test('columns are as wide as their widest cell, numbers to the right', async (t) => {
  t.same(
    formatTable(
      ['mirror', 'weight', 'why'],
      [
        ['aurora', '10', ''],
        ['b', '5', 'disabled'],
      ],
    ),
    ['mirror  weight  why', 'aurora      10', 'b            5  disabled'],
  );
});

t.test('a table without rows is its header', async (t) => {
  t.same(formatTable(['a', 'b'], []), ['a  b']);
});

t.test('a row may be short', async (t) => {
  t.same(formatTable(['a', 'b'], [['x']]), ['a  b', 'x']);
});
