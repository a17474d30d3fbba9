/** What the last band of a large pool gets, and what happens where it can't take all that is missing. */
import t, { type Test } from 'tap';
import { ROW } from '../../src/answer/rows.js';
import { UNIT } from '../../src/select/draw.js';
import { band, onePool, up } from './pools.js';

const near = (t: Test, part: number, share: number, what: string): void => {
  t.ok(Math.abs(part / UNIT - share) < 1e-6, `${what}: ${part / UNIT}`);
};

t.test('who has the cap is listed, and the others share what is left by weight', async (t) => {
  const pool = onePool({
    bands: [band([0]), band([1, 2, 3, 4, 5], 'far')],
    weights: [1, 1000, 1, 1, 1, 2],
    state: up(6),
    answers: 2,
    maxShare: 0.25,
    hasTail: true,
  });
  const row = pool.row();
  const parts = pool.parts();
  // The cap is 2 × 0.25: one half each for the listed one and the heavy one, one for four with weights 1, 1, 1 and 2.
  near(t, parts[0] ?? 0, 0.5, 'the first band');
  near(t, parts[1] ?? 0, 0.5, 'the heavy one');
  near(t, parts[5] ?? 0, 0.4, 'by weight');
  near(t, parts[2] ?? 0, 0.2, 'by weight');
  t.equal(pool.rows.words[row + ROW.MEMBERS], 2);
  t.equal(pool.rows.words[row + ROW.SKIPS], 2);
});

t.test('one that grows has its part of its weight', async (t) => {
  const pool = onePool({
    bands: [band([0], 'near'), band([1, 2, 3], 'far')],
    weights: [0.0001, 2, 2, 2],
    state: ['down', 'up', 'up', 'up'],
    growth: [10, 5, 10, 10],
    answers: 1,
    maxShare: 1,
    hasTail: true,
  });
  pool.row();
  const [, growing = 0, ...grown] = pool.parts();
  near(t, growing, 0.2, 'half of what the others have');
  for (const part of grown) near(t, part, 0.4, 'grown');
});

t.test('a tail of nobody leaves the answer to those who are down', async (t) => {
  const pool = onePool({
    bands: [band([0]), band([1, 2], 'far')],
    weights: [1, 1, 1],
    state: ['down', 'down', 'off'],
    answers: 2,
    maxShare: 1,
    hasTail: true,
  });
  const row = pool.row();
  t.same(pool.parts(), [UNIT, UNIT, 0]);
  t.equal(pool.rows.words[row + ROW.TAIL], 0);
});

t.test('where the tail is empty, one that grows has more than its part', async (t) => {
  const pool = onePool({
    bands: [band([0]), band([1, 2], 'far')],
    weights: [1, 1, 1],
    state: ['up', 'down', 'off'],
    growth: [5, 10, 10],
    answers: 1,
    maxShare: 1,
    hasTail: true,
  });
  pool.row();
  t.same(pool.parts(), [UNIT, 0, 0]);
});
