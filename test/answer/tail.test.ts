/** The last band of a large pool: who is in it, and who is at each point of what it has to give. */
import t from 'tap';
import { ROW } from '../../src/answer/rows.js';
import { TAIL_WEIGHT, tailMember, weightAt } from '../../src/answer/tail.js';
import { band, onePool, type PoolQuestion, up } from './pools.js';

const COUNT = 40;
/** Candidates 3 and 7 are named by the catchment, all others are the tail; the order is that of 7 × candidate. */
const QUESTION: PoolQuestion = {
  bands: [
    band([3, 7]),
    band(
      [...Array(COUNT).keys()].filter((i) => i !== 3 && i !== 7),
      'far',
    ),
  ],
  weights: Array.from({ length: COUNT }, (_, i) => 1 + (i % 5)),
  ranks: Array.from({ length: COUNT }, (_, i) => (7 * i) % COUNT),
  state: up(COUNT),
  answers: 8,
  maxShare: 0.2,
  hasTail: true,
};

function tailOf(said: Partial<PoolQuestion> = {}) {
  const pool = onePool({ ...QUESTION, ...said });
  const row = pool.row();
  const { tail } = pool;
  if (tail === undefined) throw new Error('the pool has no tail');
  return { pool, row, tail };
}

t.test('the sums are those of who is up and has grown', async (t) => {
  const state = up(COUNT);
  state[5] = 'down';
  state[6] = 'off';
  const growth = new Array<number>(COUNT).fill(10);
  growth[8] = 4;
  const ttls = new Array<number>(COUNT).fill(60);
  ttls[6] = 5;
  ttls[9] = 30;
  const { tail } = tailOf({ state, growth, ttls });
  t.equal(tail.members, COUNT - 3);
  t.same([...tail.partial.subarray(0, tail.partials)], [8]);
  t.equal(tail.sums.at(-1), TAIL_WEIGHT);
  for (const candidate of [5, 6, 8]) t.equal(weightAt(tail, tail.ranks[candidate] ?? 0), 0);
  const one = weightAt(tail, tail.ranks[0] ?? 0);
  t.ok(Math.abs(weightAt(tail, tail.ranks[4] ?? 0) / one - 5) < 1e-6, 'by weight');
  t.equal(tail.ttl, 30, 'of all that are not off');
});

t.test('a mirror is in it as its best address is, and only with all of its weight', async (t) => {
  const addresses = new Array<number>(COUNT).fill(1);
  addresses[0] = 2;
  const growth = new Array<number>(COUNT + 1).fill(10);
  growth[1] = 3;
  const factors = new Array<number>(COUNT).fill(1);
  factors[2] = 0.5;
  const { tail } = tailOf({ addresses, state: up(COUNT + 1), growth, factors });
  t.ok(weightAt(tail, tail.ranks[0] ?? 0) > 0, 'its other address is back since a moment ago');
  t.equal(weightAt(tail, tail.ranks[2] ?? 0), 0);
  t.same([...tail.partial.subarray(0, tail.partials)], [2]);
});

t.test('each point leads to one of the band, by weight and in the order', async (t) => {
  const { pool, row, tail } = tailOf();
  const { words } = pool.rows;
  const units = (words[row + ROW.TAIL] ?? 0) >>> 0;
  const weight = (words[row + ROW.TAIL_WEIGHT] ?? 0) >>> 0;
  const inBand = [...tail.candidates].filter((candidate) => candidate !== 3 && candidate !== 7);
  t.equal(words[row + ROW.SKIPS], 2, 'the catchment names two');
  let place = 0;
  for (const candidate of inBand) {
    const end = place + weightAt(tail, tail.ranks[candidate] ?? 0);
    const points = [Math.ceil((place * units) / weight), Math.ceil((end * units) / weight) - 1];
    t.same(
      points.map((point) => tailMember(tail, words, row, point)),
      [candidate, candidate],
      `the first and the last point of ${candidate}`,
    );
    place = end;
  }
  t.equal(place, weight, 'and nothing is left over');
});

t.test('a verdict on one of them is in the tail with the next row', async (t) => {
  const { pool, tail } = tailOf();
  const before = tail.version;
  const state = up(COUNT);
  state[0] = 'down';
  pool.stand({ state });
  pool.row();
  t.not(tail.version, before);
  t.equal(pool.parts()[0], 0);
});
