/** Systematic draws: exact in number, true to their probabilities, and in no order. */
import fc from 'fast-check';
import t from 'tap';
import { seededRandom } from '../../src/random.js';
import { drawSystematic } from '../../src/select/draw.js';
import { inclusion } from '../../src/select/shares.js';

/** Probabilities of one band, as shares come out. */
const drawn = fc
  .tuple(
    fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 40 }),
    fc.integer({ min: 1, max: 8 }),
    fc.constantFrom(0.1, 0.2, 0.5, 1),
  )
  .map(([weights, answers, maxShare]) =>
    inclusion({ bands: [{ tier: 'near', members: [...weights.keys()] }], weights, answers, maxShare }),
  );

t.test('exactly n, all different, none that can not be', async (t) => {
  fc.assert(
    fc.property(drawn, fc.integer(), ({ n, probability }, seed) => {
      const random = seededRandom(seed, 1);
      for (let i = 0; i < 20; i++) {
        const indexes = drawSystematic(probability, n, random);
        if (indexes.length !== n || new Set(indexes).size !== n) return false;
        if (!indexes.every((index) => (probability[index] ?? 0) > 0)) return false;
      }
      return true;
    }),
    { seed: 2, numRuns: 500 },
  );
  t.pass('500 × 20 draws');
});

t.test('also at the ends of chance', async (t) => {
  const third = [1 / 3, 1 / 3, 1 / 3, 1 / 3, 1 / 3, 1 / 3, 0];
  for (const value of [0, 0.5, 1 - 2 ** -32, 1 - Number.EPSILON / 2]) {
    const indexes = drawSystematic(third, 2, () => value);
    t.equal(new Set(indexes).size, 2, `${value}`);
    t.notOk(indexes.includes(6));
  }
  t.same(drawSystematic([], 0, Math.random), []);
  t.same(drawSystematic([0, 1, 0], 1, Math.random), [1]);
});

t.test('as likely as asked, in each place equally', async (t) => {
  const probability = [1, 0.75, 0.5, 0.4, 0.25, 0.1, 0];
  const n = 3;
  const draws = 60_000;
  const random = seededRandom(42);
  const seen = probability.map(() => new Uint32Array(n));
  for (let i = 0; i < draws; i++) {
    for (const [place, index] of drawSystematic(probability, n, random).entries()) {
      const places = seen[index];
      if (places !== undefined) places[place] = (places[place] ?? 0) + 1;
    }
  }
  for (const [index, p] of probability.entries()) {
    for (const count of seen[index] ?? []) {
      // Five standard deviations; the seed is fixed, so it passes always or never.
      const q = p / n;
      t.ok(
        Math.abs(count - draws * q) <= 5 * Math.sqrt(draws * q * (1 - q)),
        `${index}: ${count} of ${draws * q}`,
      );
    }
  }
});

t.test('rare ones meet', async (t) => {
  const probability = Array.from({ length: 10 }, () => 0.2);
  const random = seededRandom(9);
  const pairs = new Set<string>();
  for (let i = 0; i < 2000; i++) {
    pairs.add(
      drawSystematic(probability, 2, random)
        .sort((a, b) => a - b)
        .join(),
    );
  }
  t.equal(pairs.size, 45, 'every pair of ten');
});
