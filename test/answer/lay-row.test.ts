/** Rows as words: their integers add up, their members are in order, and their walk goes on. */
import t from 'tap';
import { layRow } from '../../src/answer/lay-row.js';
import { newRows, ROW, resetRows } from '../../src/answer/rows.js';
import { memberAt, UNIT, WALK } from '../../src/select/draw.js';
import { band, onePool, up } from './pools.js';

t.test('both edges of every interval of a row', async (t) => {
  const pool = onePool({
    bands: [band([0, 1]), band([2, 3, 4], 'far')],
    weights: [5, 1, 7, 2, 3],
    state: up(5),
    answers: 3,
    maxShare: 0.25,
    ranks: [3, 1, 4, 0, 2],
  });
  const row = pool.row();
  const { words } = pool.rows;
  const members = words[row + ROW.MEMBERS] ?? 0;
  t.equal(members, 5);
  const at = (point: number): number => memberAt(words, row + ROW.PAIRS, 0, members, point, 3 * UNIT);
  let start = 0;
  for (const [i, candidate] of [3, 1, 4, 0, 2].entries()) {
    const end = (words[row + ROW.PAIRS + 2 * i] ?? 0) >>> 0;
    t.equal(words[row + ROW.PAIRS + 2 * i + 1], candidate, 'in the order of ranks');
    t.equal(at(start), i, 'its first point');
    t.equal(at(end - 1), i, 'its last point');
    start = end;
  }
  t.equal(start, 3 * UNIT);
});

t.test('eight answers fill the words of a row, whose sign bit is a number too', async (t) => {
  const pool = onePool({
    bands: [band([0, 1, 2, 3, 4, 5, 6, 7])],
    weights: [1, 1, 1, 1, 1, 1, 1, 1],
    state: up(8),
    answers: 8,
    maxShare: 1,
  });
  const row = pool.row();
  t.same(pool.parts(), new Array(8).fill(UNIT));
  const { words } = pool.rows;
  t.same(
    Array.from({ length: 8 }, (_, i) => memberAt(words, row + ROW.PAIRS, 0, 8, i * UNIT + 5, 8 * UNIT)),
    [0, 1, 2, 3, 4, 5, 6, 7],
  );
});

t.test('the walk outlives the row being worked out anew, in its place or in another', async (t) => {
  const pool = onePool({
    bands: [band([0, 1]), band([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13], 'far')],
    weights: new Array<number>(14).fill(1),
    state: up(14),
    answers: 2,
    maxShare: 1,
  });
  const first = pool.row();
  const { words } = pool.rows;
  const walkOf = (row: number): Int32Array => words.subarray(row + ROW.WALK, row + ROW.WALK + WALK.WORDS);
  walkOf(first).fill(7);
  pool.stand({ state: ['down', ...up(13)] });
  const second = pool.row();
  t.not(second, first, 'more members need another place');
  t.same([...walkOf(second)], new Array(WALK.WORDS).fill(7));
  pool.stand({ state: up(14) });
  t.equal(pool.row(), second, 'fewer do not');
  t.same([...walkOf(second)], new Array(WALK.WORDS).fill(7));
});

t.test('a row that is larger than all the memory is none', async (t) => {
  const pool = onePool({
    bands: [band([0, 1, 2])],
    weights: [1, 1, 1],
    state: up(3),
    answers: 2,
    maxShare: 1,
  });
  pool.row();
  const rows = newRows(128);
  resetRows(rows, 1);
  t.equal(layRow(pool.draft, rows, 0, 0, pool.rules), -1);
});
