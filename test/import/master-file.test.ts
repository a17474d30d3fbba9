import t from 'tap';
import { absoluteName, readMasterFile, readTtl } from '../../src/import/master-file.js';

const read = (text: string) => readMasterFile({ file: 'z', text }, 'a.example');

t.test('TTL and class in either order or not at all; owner names as those before', async (t) => {
  const { records } = read(
    '@ 60 IN A 1\n IN 1h A 2\nb A 3\n$TTL 5m\n$ORIGIN b\nc a 4\nD.example. 300/30 TXT "a b"\n',
  );
  t.same(
    records.map(({ owner, ttl, type, data }) => [owner, ttl, type, data[0]?.text]),
    [
      ['a.example', 60, 'A', '1'],
      ['a.example', 3600, 'A', '2'],
      ['b.a.example', undefined, 'A', '3'],
      ['c.b.a.example', 300, 'A', '4'],
      ['d.example', 300, 'TXT', 'a b'],
    ],
  );
});

t.test('comments go with what they stand at', async (t) => {
  const { records, tail } = read('; one\n; two\nb A 3 ; three\n; four\n');
  t.same([records[0]?.above, records[0]?.beside, tail], [['one', 'two'], 'three', ['four']]);
});

t.test('what can not be followed is refused with advice', async (t) => {
  t.throws(() => read('\n$INCLUDE x'), { message: /^z:2:1: \$INCLUDE is not followed: import one file/ });
  t.throws(() => read('$GENERATE 1-9 a$ A 192.0.2.$'), { message: /^z:1:1: \$GENERATE is not written out/ });
  t.match(read('$ADDR_LIMIT_V4 2\n').decisions, [
    { line: 1, message: '$ADDR_LIMIT_V4 has no equivalent here: it was left out' },
  ]);
  t.match(read('a 60 60 60\n').decisions, [
    { message: '"a 60 60 60" is not read as a record: it was left out' },
  ]);
});

t.test('times with units', async (t) => {
  t.same(['1', '1h30m', '1W', '180/60', '', 'x', '1x', '99999999999'].map(readTtl), [
    1,
    5400,
    604_800,
    180,
    ...Array(4),
  ]);
});

t.test('names are made absolute', async (t) => {
  t.same(
    ['@', 'A', 'b.', '.'].map((name) => absoluteName(name, 'x')),
    ['x', 'a.x', 'b', ''],
  );
  t.equal(absoluteName('a', ''), 'a');
});
