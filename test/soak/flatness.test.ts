/** What the soak takes for growth. */
import t from 'tap';
import { courseOf } from './flatness.js';

t.test('what grows and stays is growth, what rises and falls is not', async (t) => {
  const each = (reading: (i: number) => number): number[] => Array.from({ length: 30 }, (_, i) => reading(i));
  t.equal(
    courseOf(
      each(() => 7),
      10,
    ).growth,
    0,
  );
  t.equal(
    courseOf(
      each((i) => i),
      10,
    ).growth,
    18,
    'from the highest of the first ten to the lowest of the last three',
  );
  t.equal(
    courseOf(
      each((i) => (i % 5) * 100),
      10,
    ).growth,
    0,
  );
  t.equal(
    courseOf(
      each((i) => 30 - i),
      10,
    ).growth,
    0,
  );
  t.equal(
    courseOf(
      each((i) => Math.min(i, 10)),
      12,
    ).growth,
    0,
    'while it warms up it may',
  );
});

t.test('a few readings tell nothing', async (t) => {
  t.equal(courseOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 10).growth, 0);
  t.equal(courseOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13], 10).growth, 1);
  t.equal(courseOf([], 10).growth, 0);
});
