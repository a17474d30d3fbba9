/** Rows: who is in them with what part, which the oracle of `select` says too; and when they hold no more. */
import fc from 'fast-check';
import t from 'tap';
import { layRow } from '../../src/answer/lay-row.js';
import { STANDINGS, stateVersion } from '../../src/answer/pool-state.js';
import { newRows, ROW, resetRows } from '../../src/answer/rows.js';
import { addressOf, stillHolds } from '../../src/answer/work-out.js';
import { seededRandom } from '../../src/random.js';
import type { Band, Tier } from '../../src/select/bands.js';
import { memberAt, UNIT } from '../../src/select/draw.js';
import type { Standing } from '../../src/select/health-view.js';
import { selectFrom as oracle } from '../select/oracle/selection.js';
import { onePool, type PoolQuestion, selectFrom } from './pools.js';

const up = (count: number): Standing[] => new Array<Standing>(count).fill('up');
const band = (members: number[], tier: Tier = 'near'): Band => ({ tier, members });

const member = fc.record({
  weight: fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.constantFrom(1, 100_000)),
  standing: fc.constantFrom<Standing>('up', 'up', 'up', 'down', 'new', 'off'),
  growth: fc.constantFrom(10, 10, 10, 1, 5),
});
const pools = fc.record({
  bands: fc.array(fc.array(member, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 6 }),
  first: fc.constantFrom<Tier>('near', 'near', 'network'),
  answers: fc.integer({ min: 1, max: 8 }),
  maxShare: fc.oneof(
    fc.constantFrom(0.01, 0.2, 0.25, 1 / 3, 0.5, 1),
    fc.double({ min: 0.001, max: 1, noNaN: true }),
  ),
  ranked: fc.infiniteStream(fc.nat(1000)),
});

/** A question from what fast-check came up with; ranks are a random order. */
function questionOf(
  { bands, first, answers, maxShare, ranked }: typeof pools extends fc.Arbitrary<infer T> ? T : never,
  hasTail = false,
): PoolQuestion {
  const all = bands.flat();
  let next = 0;
  const lists = bands.map((members, i) =>
    band(
      members.map(() => next++),
      i === 0 ? first : 'far',
    ),
  );
  const keys = all.map(() => ranked.next().value ?? 0);
  const order = [...keys.keys()].sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);
  const ranks = all.map((_, i) => order.indexOf(i));
  return {
    // The last band is listed nowhere, so a single one must not be exclusive.
    bands: bands.length === 1 ? lists.map(({ members }) => band([...members], 'far')) : lists,
    weights: all.map(({ weight }) => weight),
    standing: all.map(({ standing }) => standing),
    growth: all.map(({ growth }) => growth),
    answers,
    maxShare,
    ranks,
    hasTail,
  };
}

for (const hasTail of [false, true]) {
  t.test(`${hasTail ? 'with a tail' : 'listed'}: any pool has the shares that the oracle says`, async (t) => {
    fc.assert(
      fc.property(pools, (made) => {
        const question = questionOf(made, hasTail);
        const expected = oracle(question);
        const pool = onePool(question);
        const row = pool.row();
        const parts = pool.parts();
        const fail = (what: string): never => {
          throw new Error(`${what}: ${parts} instead of ${[...expected.probability].map((p) => p * UNIT)}`);
        };
        const { n, cap } = pool.draft.shares;
        if (n !== expected.n || pool.rows.words[row + ROW.N] !== n) fail('n');
        if (Math.abs(cap - expected.cap) > 1e-12) fail('cap');
        if (expected.panic !== (pool.draft.standing !== STANDINGS.indexOf('up') && n > 0)) fail('panic');
        if (parts.reduce((sum, part) => sum + part, 0) !== n * UNIT) fail('the sum is not exact');
        if (parts.some((part) => part > UNIT)) fail('twice in an answer');
        const total = question.weights.reduce((sum, weight) => sum + weight, 0);
        for (const [i, p] of expected.probability.entries()) {
          // Weights of the tail are rounded to parts of 2^31 for all of the pool.
          const weight = ((question.weights[i] ?? 0) / total) * 2 ** 31;
          const off = 1.001 + (hasTail ? (p * UNIT * (2 + question.weights.length)) / weight : 0);
          if (Math.abs((parts[i] ?? 0) - p * UNIT) > off) fail(`share ${i}`);
        }
        return true;
      }),
      { seed: 3, numRuns: 5000 },
    );
    t.pass('5000 pools');
  });
}

t.test('both edges of every interval of a row', async (t) => {
  const pool = onePool({
    bands: [band([0, 1]), band([2, 3, 4], 'far')],
    weights: [5, 1, 7, 2, 3],
    standing: up(5),
    answers: 3,
    maxShare: 0.25,
    ranks: [3, 1, 4, 0, 2],
  });
  const row = pool.row();
  const { words } = pool.rows;
  const members = words[row + ROW.MEMBERS] ?? 0;
  t.equal(members, 5);
  const at = (point: number): number => memberAt(words, row + ROW.SUMS, 0, members, point);
  let start = 0;
  for (const [i, candidate] of [3, 1, 4, 0, 2].entries()) {
    const end = (words[row + ROW.SUMS + i] ?? 0) >>> 0;
    t.equal(words[row + ROW.SUMS + members + i], candidate, 'in the order of ranks');
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
    standing: up(8),
    answers: 8,
    maxShare: 1,
  });
  const row = pool.row();
  t.same(pool.parts(), new Array(8).fill(UNIT));
  const { words } = pool.rows;
  t.same(
    Array.from({ length: 8 }, (_, i) => memberAt(words, row + ROW.SUMS, 0, 8, i * UNIT + 5)),
    [0, 1, 2, 3, 4, 5, 6, 7],
  );
});

t.test('who counts as up, for one client', async (t) => {
  const left = (...standing: Standing[]): string => {
    const { probability, panic } = selectFrom({
      bands: [band([3], 'network'), band([0, 2]), band([1, 4], 'far')],
      weights: [1, 1, 1, 1, 1],
      standing,
      answers: 8,
      maxShare: 1,
    });
    return `${probability.flatMap((p, i) => (p > 0 ? [i] : []))}${panic ? ' !' : ''}`;
  };
  t.equal(left('up', 'up', 'up', 'up', 'up'), '3', 'the network has its own');
  t.equal(left('up', 'up', 'down', 'off', 'new'), '0,1', 'an empty band is skipped');
  t.equal(left('down', 'down', 'down', 'down', 'up'), '4', 'one is enough');
  t.equal(left('down', 'off', 'down', 'down', 'new'), '3 !', 'all down: all count as up');
  t.equal(left('down', 'off', 'down', 'off', 'new'), '0,2 !', 'also without the network');
  t.equal(left('off', 'new', 'off', 'off', 'new'), '1,4 !', 'the new ones are the last resort');
  t.equal(left('off', 'off', 'off', 'off', 'off'), '', 'overrides hold');
});

t.test('light weights have what is theirs', async (t) => {
  const { probability } = selectFrom({
    bands: [band([0, 1, 2])],
    weights: [100_000, 1000, 1],
    standing: up(3),
    answers: 1,
    maxShare: 1,
  });
  for (const [i, weight] of [100_000, 1000, 1].entries()) {
    t.ok(Math.abs((probability[i] ?? 0) / (weight / 101_001) - 1) < 0.001, `weight ${weight}`);
  }
});

t.test('a row holds until one of those that it looked at changes', async (t) => {
  const question: PoolQuestion = {
    bands: [band([0, 1]), band([2, 3], 'far'), band([4, 5], 'far')],
    weights: [1, 1, 1, 1, 1, 1],
    standing: up(6),
    answers: 2,
    maxShare: 1,
  };
  const pool = onePool(question);
  pool.row();
  const { rows, rules, state } = pool;
  const row = (): number => rows.at[0] ?? 0;
  const holds = (): boolean => stillHolds(rows, row(), rules, state, 0);
  t.equal(rows.words[row() + ROW.REACH], 2, 'the first band does');
  t.equal(holds(), true);
  pool.stand({ standing: ['up', 'up', 'down', 'off', 'up', 'up'] });
  t.not(rows.words[row() + ROW.VERSION], stateVersion(state, 0));
  t.equal(holds(), true, 'nobody of the first band has changed');
  t.equal(rows.words[row() + ROW.VERSION], stateVersion(state, 0), 'and that is not asked again');
  pool.stand({ ttls: [60, 5, 60, 60, 60, 60] });
  t.equal(holds(), false, 'a TTL is part of it');
  pool.row();
  t.equal(rows.words[row() + ROW.TTL], 5);
  pool.stand({ growth: [10, 3, 10, 10, 10, 10] });
  t.equal(holds(), false, 'a step of slow start too');
  pool.row();
  t.equal(rows.words[row() + ROW.REACH], -1, 'who grows may not be enough: all were looked at');
  t.equal(holds(), false);
  pool.stand({ growth: [10, 10, 10, 10, 10, 10], standing: ['down', 'up', 'up', 'up', 'up', 'up'] });
  pool.row();
  t.equal(rows.words[row() + ROW.REACH], 4, 'the second band helps out');
  pool.stand({ standing: ['down', 'up', 'up', 'up', 'down', 'up'] });
  t.equal(holds(), true);
  pool.stand({ standing: ['up', 'up', 'up', 'up', 'down', 'up'] });
  t.equal(holds(), false, 'one that was down and is up again');
});

t.test('the state of a pool may be written very often: versions go round', async (t) => {
  const pool = onePool({ bands: [band([0, 1])], weights: [1, 1], standing: up(2), answers: 1, maxShare: 1 });
  Atomics.store(pool.state, 0, 0x7fff_fffe);
  pool.stand({ standing: ['up', 'down'] });
  const row = pool.row();
  t.same(pool.parts(), [UNIT, 0]);
  pool.stand({ standing: ['down', 'up'] });
  t.equal(stateVersion(pool.state, 0), -0x8000_0000);
  t.equal(stillHolds(pool.rows, row, pool.rules, pool.state, 0), false);
  pool.row();
  t.same(pool.parts(), [0, UNIT]);
});

t.test('the walk outlives the row being worked out anew, in its place or in another', async (t) => {
  const pool = onePool({
    bands: [band([0, 1]), band([2, 3, 4, 5], 'far')],
    weights: [1, 1, 1, 1, 1, 1],
    standing: up(6),
    answers: 2,
    maxShare: 1,
  });
  const first = pool.row();
  const { words } = pool.rows;
  words.fill(7, first + ROW.WALK, first + ROW.SUMS);
  pool.stand({ standing: ['down', 'up', 'up', 'up', 'up', 'up'] });
  const second = pool.row();
  t.not(second, first, 'more members need another place');
  t.same([...words.subarray(second + ROW.WALK, second + ROW.SUMS)], new Array(ROW.SUMS - ROW.WALK).fill(7));
  pool.stand({ standing: up(6) });
  t.equal(pool.row(), second, 'fewer do not');
  t.same([...words.subarray(second + ROW.WALK, second + ROW.SUMS)], new Array(ROW.SUMS - ROW.WALK).fill(7));
});

t.test('a row that is larger than all the memory is none', async (t) => {
  const pool = onePool({
    bands: [band([0, 1, 2])],
    weights: [1, 1, 1],
    standing: up(3),
    answers: 2,
    maxShare: 1,
  });
  pool.row();
  const rows = newRows(128);
  resetRows(rows, 1);
  t.equal(layRow(pool.draft, rows, 0, 0, pool.rules), -1);
});

t.test('a mirror stands as its best address does, and those take turns', async (t) => {
  const pool = onePool({
    bands: [band([0, 1])],
    weights: [1, 1],
    addresses: [3, 1],
    standing: ['down', 'up', 'up', 'up'],
    answers: 1,
    maxShare: 1,
  });
  const row = pool.row();
  t.same(pool.parts(), [UNIT / 2, UNIT / 2]);
  t.same(
    [...pool.rows.words.subarray(row + ROW.SUMS + 2, row + ROW.SUMS + 4)],
    [~0, 3],
    'one address is itself, several are looked at when they are drawn',
  );
  const random = seededRandom(1);
  const seen = Array.from({ length: 400 }, () => addressOf(pool.rules, pool.state, 0, random));
  t.same([...new Set(seen)].sort(), [1, 2]);
  t.ok(Math.abs(seen.filter((address) => address === 1).length - 200) < 60);
  pool.stand({ standing: ['down', 'down', 'new', 'up'] });
  pool.row();
  t.same(pool.parts(), [0, UNIT]);
  pool.stand({ standing: ['down', 'off', 'new', 'off'] });
  pool.row();
  t.same(pool.parts(), [UNIT, 0], 'nobody is up: the down one');
  t.equal(addressOf(pool.rules, pool.state, 0, random), 0);
  pool.stand({ standing: ['off', 'off', 'off', 'off'] });
  pool.row();
  t.same(pool.parts(), [0, 0]);
  t.equal(pool.rows.words[(pool.rows.at[0] ?? 0) + ROW.N], 0);
});

t.test('a factor weighs', async (t) => {
  const { probability } = selectFrom({
    bands: [band([0, 1])],
    weights: [1, 1],
    standing: up(2),
    factors: [1, 0.5],
    answers: 1,
    maxShare: 1,
  });
  t.ok(Math.abs((probability[0] ?? 0) - 2 / 3) < 1e-6);
});

t.test('what is read while it is written is read again', async (t) => {
  const pool = onePool({ bands: [band([0, 1])], weights: [1, 1], standing: up(2), answers: 1, maxShare: 1 });
  // A proxy stands in for the main thread, which writes after the first word was read.
  let reads = 0;
  const load = Atomics.load;
  t.teardown(() => {
    Atomics.load = load;
  });
  Atomics.load = ((words: Int32Array, at: number): number => {
    const value = load(words, at);
    if (at !== 0 && ++reads === 1) pool.stand({ standing: ['up', 'off'] });
    return value;
  }) as typeof Atomics.load;
  pool.row();
  Atomics.load = load;
  t.same(pool.parts(), [UNIT, 0]);
  t.equal(pool.rows.words[(pool.rows.at[0] ?? 0) + ROW.VERSION], load(pool.state, 0));
});
