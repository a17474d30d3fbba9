import fc from 'fast-check';
import t from 'tap';
import { growthAfter, nextStepIn } from '../../src/select/slow-start.js';
import { selectFrom } from '../answer/pools.js';
import { inclusion } from './share-out.js';

const MINUTE = 60_000;

t.test('ten steps of equal length', async (t) => {
  const steps = Array.from({ length: 12 }, (_, i) => growthAfter(i * MINUTE, 10 * MINUTE));
  t.same(steps, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10]);
  t.equal(growthAfter(0, 0), 10, 'no slow start');
  t.equal(growthAfter(-5, 10 * MINUTE), 10, 'a clock that was set back');
  t.equal(nextStepIn(0, 10 * MINUTE), MINUTE);
  t.equal(nextStepIn(90_000, 10 * MINUTE), 30_000);
  t.equal(nextStepIn(9 * MINUTE, 10 * MINUTE), undefined, 'the last one has begun');
});

/** Shares of equal mirrors in these bands, the first of which came back and is at a step. */
function shares(sizes: readonly number[], step: number, answers: number, maxShare = 1): number[] {
  let next = 0;
  const bands = sizes.map((size) => ({
    tier: 'near' as const,
    members: Array.from({ length: size }, () => next++),
  }));
  const weights = new Array<number>(next).fill(1);
  const growth = weights.map((_, i) => (i === 0 ? step : 10));
  return [...inclusion({ bands, weights, answers, maxShare, growth }).probability].map(
    (p) => Math.round(p * 1000) / 1000,
  );
}

t.test('its weight is less among its peers, its cap where it is alone', async (t) => {
  t.same(shares([4], 10, 1), [0.25, 0.25, 0.25, 0.25]);
  t.same(shares([4], 5, 1), [0.143, 0.286, 0.286, 0.286]);
  t.same(
    shares([1, 3], 1, 1),
    [0.1, 0.3, 0.3, 0.3],
    'alone in its band: what it may not take goes farther out',
  );
  t.same(shares([1, 3], 7, 1), [0.7, 0.1, 0.1, 0.1]);
  t.same(shares([1, 3], 5, 1, 0.4), [0.2, 0.267, 0.267, 0.267], 'half of the cap');
});

t.test('where the others can not fill the answer, it gives what they lack', async (t) => {
  t.same(shares([3], 1, 3), [1, 1, 1]);
  t.same(shares([1], 1, 1), [1], 'alone');
  t.same(shares([2, 1], 2, 3, 0.2), [1, 1, 1], 'the cap is raised, as ever');
});

const question = fc.record({
  bands: fc.array(
    fc.array(
      fc.record({ weight: fc.integer({ min: 1, max: 1000 }), step: fc.integer({ min: 1, max: 10 }) }),
      { minLength: 1, maxLength: 6 },
    ),
    { minLength: 1, maxLength: 4 },
  ),
  answers: fc.integer({ min: 1, max: 8 }),
  maxShare: fc.double({ min: 0.05, max: 1, noNaN: true }),
});

t.test('any of them: they sum to n, nobody is above the cap, and the growing wait their turn', async () => {
  fc.assert(
    fc.property(question, ({ bands, answers, maxShare }) => {
      const all = bands.flat();
      let next = 0;
      const members = bands.map((band) => ({ tier: 'near' as const, members: band.map(() => next++) }));
      const weights = all.map(({ weight }) => weight);
      const growth = all.map(({ step }) => step);
      const { n, cap, probability } = inclusion({ bands: members, weights, answers, maxShare, growth });
      const sum = probability.reduce((a, b) => a + b, 0);
      const others = growth.filter((step) => step === 10).length * cap;
      return (
        Math.abs(sum - n) < 1e-9 &&
        probability.every((p) => p >= 0 && p <= cap + 1e-9) &&
        (others < n || probability.every((p, i) => p <= (cap * (growth[i] ?? 10)) / 10 + 1e-9))
      );
    }),
  );
});

t.test('all of them grown is as if nobody had been away', async () => {
  fc.assert(
    fc.property(question, ({ bands, answers, maxShare }) => {
      let next = 0;
      const formed = bands.map((band) => ({ tier: 'near' as const, members: band.map(() => next++) }));
      const weights = bands.flat().map(({ weight }) => weight);
      const state = weights.map(() => 'up' as const);
      const asked = { bands: formed, state, weights, answers, maxShare };
      const plain = selectFrom(asked).probability;
      const grown = selectFrom({ ...asked, growth: weights.map(() => 10) }).probability;
      return plain.every((p, i) => Math.abs(p - (grown[i] ?? -1)) < 1e-9);
    }),
  );
});
