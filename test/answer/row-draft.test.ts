/** What a mirror brings into a row. */
import t from 'tap';
import { ROW, rowMember } from '../../src/answer/rows.js';
import { addressOf } from '../../src/answer/work-out.js';
import { seededRandom } from '../../src/platform/random.js';
import { UNIT } from '../../src/select/draw.js';
import { band, onePool } from './pools.js';

t.test('a mirror stands as its best address does, and those take turns', async (t) => {
  const pool = onePool({
    bands: [band([0, 1])],
    weights: [1, 1],
    addresses: [3, 1],
    state: ['down', 'up', 'up', 'up'],
    answers: 1,
    maxShare: 1,
  });
  const row = pool.row();
  t.same(pool.parts(), [UNIT / 2, UNIT / 2]);
  t.same(
    [0, 1].map((member) => rowMember(pool.rows.words, row, member)),
    [~0, 3],
    'one address is itself, several are looked at when they are drawn',
  );
  const random = seededRandom(1);
  const seen = Array.from({ length: 400 }, () => addressOf(pool.rules, pool.state, 0, random()));
  t.same([...new Set(seen)].sort(), [1, 2]);
  t.ok(Math.abs(seen.filter((address) => address === 1).length - 200) < 60);
  pool.stand({ state: ['down', 'down', 'new', 'up'] });
  pool.row();
  t.same(pool.parts(), [0, UNIT]);
  pool.stand({ state: ['down', 'off', 'new', 'off'] });
  pool.row();
  t.same(pool.parts(), [UNIT, 0], 'nobody is up: the down one');
  t.equal(addressOf(pool.rules, pool.state, 0, random()), 0);
  pool.stand({ state: ['off', 'off', 'off', 'off'] });
  pool.row();
  t.same(pool.parts(), [0, 0]);
  t.equal(pool.rows.words[(pool.rows.at[0] ?? 0) + ROW.N], 0);
});
