import t from 'tap';
import * as z from 'zod';
import { duration, meaningful, oneOrMore, ranged, whole } from '../../src/zone/fields.js';

/** What a schema makes of a value, or the first thing that it says. */
function read(schema: z.ZodType, value: unknown): unknown {
  const { data, error } = schema.safeParse(value);
  return error === undefined ? data : error.issues[0]?.message;
}

t.test('numbers in their range, both ends included', async (t) => {
  const port = whole('port', 1, 9);
  t.same([read(port, 1), read(port, 9)], [1, 9]);
  for (const value of [0, 10]) t.equal(read(port, value), `port ${value} is out of range, expected 1 to 9`);
  t.equal(read(port, 1.5), 'port must be a whole number, found the number 1.5');
  t.equal(read(port, '5'), 'port must be a whole number, found the text "5": write it without quotes');
  t.equal(read(ranged('x', -1, 1), -0.5), -0.5);
  t.equal(read(ranged('x', -1, 1), 1.01), 'x 1.01 is out of range, expected -1 to 1');
});

t.test('durations have a unit, and a range in words', async (t) => {
  const timeout = duration('timeout', 1000, 60_000);
  t.equal(read(timeout, '1s'), 1000);
  t.equal(read(timeout, '1m'), 60_000);
  t.equal(read(timeout, 1), 'timeout must have a unit: write 1s for 1 second');
  t.equal(read(timeout, 30), 'timeout must have a unit: write 30s for 30 seconds');
  t.equal(read(timeout, '61s'), 'timeout 61s is out of range, expected 1s to 1m');
  t.equal(read(timeout, true), 'timeout must be a duration such as 30s or 5m, found true');
});

t.test('text that means something, or says why it does not', async (t) => {
  const even = meaningful((text) => (text.length % 2 === 0 ? text.length : { fault: `"${text}" is odd` }));
  t.equal(read(even, 'ab'), 2);
  t.equal(read(even, 'abc'), '"abc" is odd');
});

t.test('one is a list of one', async (t) => {
  const names = oneOrMore(z.string());
  t.same(read(names, 'a'), ['a']);
  t.same(read(names, ['a', 'b']), ['a', 'b']);
  t.same(read(names, []), []);
});
