/** Rows: who is in them with what part, which the oracle of `select` says too; and when they hold no more. */
import fc from 'fast-check';
import t from 'tap';
import { ADDRESS_STATES, stateVersion } from '../../src/answer/pool-state.js';
import { ROW } from '../../src/answer/rows.js';
import { stillHolds } from '../../src/answer/work-out.js';
import type { Band, Tier } from '../../src/select/band-list.js';
import { UNIT } from '../../src/select/draw.js';
import type { AddressState } from '../../src/select/health-view.js';
import { selectFrom as oracle } from '../select/oracle/selection.js';
import { band, onePool, type PoolQuestion, selectFrom, up } from './pools.js';

const member = fc.record({
  weight: fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.constantFrom(1, 100_000)),
  state: fc.constantFrom<AddressState>('up', 'up', 'up', 'down', 'new', 'off'),
  growth: fc.constantFrom(10, 10, 10, 1, 5),
  factor: fc.constantFrom(1, 1, 1, 1, 0.5, 1 / 1024),
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
    state: all.map(({ state }) => state),
    growth: all.map(({ growth }) => growth),
    factors: all.map(({ factor }) => factor),
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
        const parts = made.bands.flat().map(({ growth, factor }) => growth * factor);
        const expected = oracle({ ...question, growth: parts });
        const pool = onePool(question);
        const row = pool.row();
        const drawn = pool.parts();
        const fail = (what: string): never => {
          throw new Error(`${what}: ${drawn} instead of ${[...expected.probability].map((p) => p * UNIT)}`);
        };
        const { n, cap } = pool.draft.shares;
        if (n !== expected.n || pool.rows.words[row + ROW.N] !== n) fail('n');
        if (Math.abs(cap - expected.cap) > 1e-12) fail('cap');
        if (expected.panic !== (pool.draft.state !== ADDRESS_STATES.indexOf('up') && n > 0)) fail('panic');
        if (drawn.reduce((sum, part) => sum + part, 0) !== n * UNIT) fail('the sum is not exact');
        if (drawn.some((part) => part > UNIT)) fail('twice in an answer');
        const total = question.weights.reduce((sum, weight) => sum + weight, 0);
        for (const [i, p] of expected.probability.entries()) {
          // Weights of the tail are rounded to parts of 2^31 for all of the pool.
          const weight = ((question.weights[i] ?? 0) / total) * 2 ** 31;
          const off = 1.001 + (hasTail ? (p * UNIT * (2 + question.weights.length)) / weight : 0);
          if (Math.abs((drawn[i] ?? 0) - p * UNIT) > off) fail(`share ${i}`);
        }
        return true;
      }),
      { seed: 3, numRuns: 5000 },
    );
    t.pass('5000 pools');
  });
}

t.test('who counts as up, for one client', async (t) => {
  const left = (...state: AddressState[]): string => {
    const { probability, panic } = selectFrom({
      bands: [band([3], 'network'), band([0, 2]), band([1, 4], 'far')],
      weights: [1, 1, 1, 1, 1],
      state,
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

/** Who is answered, by probability, where 0 to 2 are no backups and 3 to 5 are; ` !` where they are not up. */
function answered(state: AddressState[], more: Partial<PoolQuestion> = {}): string {
  const { n, probability, panic } = selectFrom({
    bands: [band([0, 1]), band([2], 'far'), band([3], 'backup'), band([4, 5], 'backup')],
    weights: [1, 1, 1, 1, 1, 1],
    state,
    answers: 3,
    maxShare: 1,
    ...more,
  });
  if (n < 0) return 'SERVFAIL';
  return `${[...probability].map((p) => Math.round(p * 100) / 100)}${panic ? ' !' : ''}`;
}

t.test('backups fill what the others lack, the nearest first', async (t) => {
  t.equal(answered(up(6)), '1,1,1,0,0,0');
  t.equal(answered(['up', 'down', 'up', 'up', 'up', 'up']), '1,0,1,1,0,0');
  t.equal(answered(['up', 'down', 'down', 'up', 'up', 'up']), '1,0,0,1,0.5,0.5');
  t.equal(answered(['up', 'down', 'down', 'down', 'up', 'up']), '1,0,0,0,1,1');
  t.equal(answered(['off', 'down', 'new', 'down', 'up', 'up']), '0,0,0,0,1,1', 'before those that are down');
});

t.test('a cap that is raised brings no backup in; where they are, the cap counts them', async (t) => {
  t.equal(answered(up(6), { maxShare: 0.2 }), '1,1,1,0,0,0');
  t.equal(answered(['up', 'up', 'down', 'up', 'up', 'up'], { maxShare: 0.2 }), '0.6,0.6,0,0.6,0.6,0.6');
});

t.test('those that come back stand too, whatever they have of their weight', async (t) => {
  t.equal(answered(up(6), { growth: [10, 1, 1, 10, 10, 10] }), '1,1,1,0,0,0');
});

t.test('a network that has its own gets no backup', async (t) => {
  const bands = [band([0], 'network'), band([1, 2]), band([3, 4, 5], 'backup')];
  t.equal(answered(up(6), { bands }), '1,0,0,0,0,0');
});

t.test('in panic backups come behind the others, or alone, or nobody is answered', async (t) => {
  const down = new Array<AddressState>(6).fill('down');
  t.equal(answered(down), '1,1,1,0,0,0 !');
  t.equal(answered(['off', 'off', ...down.slice(2)]), '0,0,1,1,0.5,0.5 !');
  t.equal(answered(down, { panic: 'backup' }), '0,0,0,1,1,1 !');
  t.equal(answered(['down', 'down', 'down', 'off', 'off', 'new'], { panic: 'backup' }), '0,0,0,0,0,1 !');
  t.equal(answered(['down', 'down', 'new', 'off', 'off', 'off'], { panic: 'backup' }), '1,1,0,0,0,0 !');
  t.equal(answered(down, { panic: 'servfail' }), 'SERVFAIL');
  t.equal(answered(['new', 'off', 'off', 'off', 'off', 'off'], { panic: 'servfail' }), 'SERVFAIL');
  t.equal(
    answered(new Array<AddressState>(6).fill('off'), { panic: 'servfail' }),
    '0,0,0,0,0,0',
    'off is no failure',
  );
  t.equal(answered(['down', 'down', 'down', 'up', 'off', 'off'], { panic: 'servfail' }), '0,0,0,1,0,0');
});

t.test('a row without backups is worked out anew when one of the others falls', async (t) => {
  const pool = onePool({
    bands: [band([0, 1]), band([2], 'far'), band([3], 'backup')],
    weights: [1, 1, 1, 1],
    state: up(4),
    answers: 2,
    maxShare: 1,
  });
  pool.row();
  const holds = (): boolean => stillHolds(pool.rows, pool.rows.at[0] ?? 0, pool.rules, pool.state, 0);
  pool.stand({ state: ['up', 'up', 'up', 'down'] });
  t.equal(holds(), true, 'backups play no part');
  pool.stand({ state: ['up', 'down', 'up', 'up'] });
  t.equal(holds(), false);
  pool.row();
  t.same(pool.parts(), [UNIT, 0, UNIT, 0], 'the last band of the others comes first');
  pool.stand({ state: ['up', 'down', 'down', 'up'] });
  t.equal(holds(), false);
  pool.row();
  t.same(pool.parts(), [UNIT, 0, 0, UNIT]);
  pool.stand({ state: ['up', 'down', 'up', 'up'] });
  t.equal(holds(), false);
});

t.test('a tail has no backups in it, and gives way where they are needed', async (t) => {
  const count = 600;
  const others = Array.from({ length: count - 2 }, (_, i) => i);
  const backups = [count - 2, count - 1];
  const pool = onePool({
    bands: [band(others), band(backups, 'backup')],
    weights: new Array<number>(count).fill(1),
    state: up(count),
    answers: 3,
    maxShare: 1,
    hasTail: true,
  });
  pool.row();
  t.equal(pool.draft.tailWeight > 0, true);
  const parts = pool.parts();
  t.same([parts[count - 2], parts[count - 1]], [0, 0]);
  t.equal(parts.filter((part) => part > 0).length, count - 2);
  pool.stand({ state: up(count).map((_, i) => (i === 7 || i >= count - 2 ? 'up' : 'down')) });
  pool.row();
  t.same(
    pool.parts().flatMap((part, i) => (part > 0 ? [[i, part]] : [])),
    [
      [7, UNIT],
      [count - 2, UNIT],
      [count - 1, UNIT],
    ],
  );
});

t.test('light weights have what is theirs', async (t) => {
  const { probability } = selectFrom({
    bands: [band([0, 1, 2])],
    weights: [100_000, 1000, 1],
    state: up(3),
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
    state: up(6),
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
  pool.stand({ state: ['up', 'up', 'down', 'off', 'up', 'up'] });
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
  pool.stand({ growth: [10, 10, 10, 10, 10, 10], state: ['down', 'up', 'up', 'up', 'up', 'up'] });
  pool.row();
  t.equal(rows.words[row() + ROW.REACH], 4, 'the second band helps out');
  pool.stand({ state: ['down', 'up', 'up', 'up', 'down', 'up'] });
  t.equal(holds(), true);
  pool.stand({ state: ['up', 'up', 'up', 'up', 'down', 'up'] });
  t.equal(holds(), false, 'one that was down and is up again');
});

t.test('the state of a pool may be written very often: versions go round', async (t) => {
  const pool = onePool({ bands: [band([0, 1])], weights: [1, 1], state: up(2), answers: 1, maxShare: 1 });
  Atomics.store(pool.state, 0, 0x7fff_fffe);
  pool.stand({ state: ['up', 'down'] });
  const row = pool.row();
  t.same(pool.parts(), [UNIT, 0]);
  pool.stand({ state: ['down', 'up'] });
  t.equal(stateVersion(pool.state, 0), -0x8000_0000);
  t.equal(stillHolds(pool.rows, row, pool.rules, pool.state, 0), false);
  pool.row();
  t.same(pool.parts(), [0, UNIT]);
});

t.test('a factor is of weight and cap, while the others can fill the answer', async (t) => {
  const partsOf = (bands: Band[], factors: number[]): number[] => {
    const { probability } = selectFrom({
      bands,
      weights: factors.map(() => 1),
      state: up(factors.length),
      factors,
      answers: 1,
      maxShare: 1,
    });
    return probability.map((part) => Math.round(part * 1000) / 1000);
  };
  t.same(partsOf([band([0, 1])], [1, 0.5]), [0.667, 0.333]);
  t.same(partsOf([band([0]), band([1], 'far')], [0.25, 1]), [0.25, 0.75], 'alone in its band');
  t.same(partsOf([band([0, 1])], [0.5, 0.125]), [0.8, 0.2], 'what all lack they give as their factors are');
  t.same(partsOf([band([0])], [0.5]), [1]);
  t.same(partsOf([band([0, 1])], [0, 1]), [0, 1], 'none at all is next to none');
});

t.test('what is read while it is written is read again', async (t) => {
  const pool = onePool({ bands: [band([0, 1])], weights: [1, 1], state: up(2), answers: 1, maxShare: 1 });
  // A proxy stands in for the main thread, which writes after the first word was read.
  let reads = 0;
  const load = Atomics.load;
  t.teardown(() => {
    Atomics.load = load;
  });
  Atomics.load = ((words: Int32Array, at: number): number => {
    const value = load(words, at);
    if (at !== 0 && ++reads === 1) pool.stand({ state: ['up', 'off'] });
    return value;
  }) as typeof Atomics.load;
  pool.row();
  Atomics.load = load;
  t.same(pool.parts(), [UNIT, 0]);
  t.equal(pool.rows.words[(pool.rows.at[0] ?? 0) + ROW.VERSION], load(pool.state, 0));
});
