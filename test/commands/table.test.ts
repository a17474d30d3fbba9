import t from 'tap';
import { formatAge, formatTable } from '../../src/commands/table.js';

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

t.test('two units of an age', async (t) => {
  const ages: readonly [number, string][] = [
    [0, '0s'],
    [999, '0s'],
    [1000, '1s'],
    [61_000, '1m 1s'],
    [3_600_000, '1h'],
    [3_601_000, '1h 1s'],
    [90_061_000, '1d 1h'],
    // A clock that was set back.
    [-5000, '0s'],
  ];
  for (const [ms, text] of ages) t.equal(formatAge(ms), text, `${ms} ms`);
});
