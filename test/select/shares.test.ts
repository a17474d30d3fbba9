/** Inclusion probabilities: what they sum to, what bounds them, and what weight means. */
import fc from 'fast-check';
import t, { type Test } from 'tap';
import type { Tier } from '../../src/select/band-list.js';
import type { Shares } from './oracle/shares.js';
import type { UpBand } from './oracle/up-bands.js';
import { inclusion } from './share-out.js';

/** Bands of the given weights, candidates numbered along. */
function share(
  weights: readonly (readonly number[])[],
  answers: number,
  maxShare = 1,
  first: Tier = 'near',
): Shares {
  let next = 0;
  const bands = weights.map(
    (band, i): UpBand => ({ tier: i === 0 ? first : 'far', members: band.map(() => next++) }),
  );
  return inclusion({ bands, weights: weights.flat(), answers, maxShare });
}
function close(t: Test, shares: Shares, expected: readonly number[], name?: string): void {
  t.equal(shares.probability.length, expected.length);
  const off = expected.filter((p, i) => Math.abs((shares.probability[i] ?? Number.NaN) - p) > 1e-12);
  t.same(off, [], name ?? `${[...shares.probability]}`);
}

t.test('tables', async (t) => {
  close(t, share([[1, 1, 1]], 3), [1, 1, 1]);
  close(t, share([[1, 1, 1, 1]], 3), [0.75, 0.75, 0.75, 0.75]);
  close(t, share([[10, 20, 30]], 1), [1 / 6, 1 / 3, 1 / 2], 'one answer: weight as it is');
  close(t, share([[100, 1, 1]], 2), [1, 0.5, 0.5], 'what the cap cuts off goes to the others by weight');
  close(t, share([[8, 4, 2, 2]], 2), [1, 0.5, 0.25, 0.25]);
  close(t, share([[1000, 100, 10, 10]], 3), [1, 1, 0.5, 0.5], 'again and again');
  close(t, share([[1], [5, 15]], 2), [1, 0.25, 0.75], 'band by band');
  close(t, share([[1, 1], [1], [9]], 2), [1, 1, 0, 0], 'far ones get nothing while near ones can do it');
  close(
    t,
    share([[1], [1], [1, 3]], 2, 0.4),
    [0.8, 0.8, 0.1, 0.3],
    'a lone near mirror gets its cap and no more',
  );
  close(t, share([[5]], 3), [1], 'fewer mirrors than answers');
});

t.test('max_share 0.2 with three answers: nobody is in more than three fifths', async (t) => {
  const { n, cap, raised, probability } = share([[50], [1, 1], [3, 2, 1, 1, 1]], 3, 0.2);
  t.equal(n, 3);
  t.ok(Math.abs(cap - 0.6) < 1e-12);
  t.equal(raised, false);
  t.ok(probability.every((p) => p <= 0.6 + 1e-12));
  close(t, share([[50], [1, 1], [3, 2, 1, 1, 1]], 3, 0.2), [0.6, 0.6, 0.6, 0.45, 0.3, 0.15, 0.15, 0.15]);
});

t.test('too few are left for the wanted cap: the least that can be kept', async (t) => {
  const four = share([[50], [1, 1, 1]], 3, 0.2);
  t.equal(four.raised, true);
  t.equal(four.cap, 0.75);
  close(t, four, [0.75, 0.75, 0.75, 0.75]);
  const two = share([[50], [1]], 3, 0.2);
  t.match({ n: two.n, cap: two.cap, raised: two.raised }, { n: 2, cap: 1, raised: true });
  const five = share([[50], [1, 1, 1, 1]], 3, 0.2);
  t.equal(five.raised, false, 'five can just do it');
  t.equal(share([[1]], 1, 1).raised, false, 'max_share 1 wants no cap');
});

t.test('the network band is alone, max_share aside', async (t) => {
  const one = share([[1], [9, 9, 9]], 3, 0.2, 'network');
  t.match({ n: one.n, cap: one.cap, raised: one.raised }, { n: 1, cap: 1, raised: false });
  close(t, one, [1, 0, 0, 0]);
  close(t, share([[3, 1], [9]], 1, 0.2, 'network'), [0.75, 0.25, 0]);
  close(t, share([[8, 1, 1, 1], [9]], 3, 0.2, 'network'), [1, 2 / 3, 2 / 3, 2 / 3, 0]);
});

t.test('nobody is left', async (t) => {
  const none = inclusion({ bands: [], weights: [1, 2], answers: 3, maxShare: 0.2 });
  t.match({ n: none.n, cap: none.cap, raised: none.raised }, { n: 0, cap: 0, raised: false });
  close(t, none, [0, 0]);
});

const weightedBands = fc.array(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 12 }), {
  minLength: 1,
  maxLength: 8,
});

t.test('for any bands and weights', async (t) => {
  fc.assert(
    fc.property(
      weightedBands,
      fc.integer({ min: 1, max: 8 }),
      fc.oneof(
        fc.constantFrom(0.01, 0.2, 0.25, 1 / 3, 0.5, 1),
        fc.double({ min: 0.001, max: 1, noNaN: true }),
      ),
      fc.constantFrom<Tier>('near', 'near', 'network'),
      (weights, answers, maxShare, first) => {
        const { n, cap, raised, probability } = share(weights, answers, maxShare, first);
        const counted = first === 'network' ? weights.slice(0, 1) : weights;
        const k = counted.flat().length;
        const fail = (what: string) => {
          throw new Error(`${what}: n ${n}, cap ${cap}, ${[...probability]}`);
        };
        if (n !== Math.min(answers, k)) fail('n');
        const wanted = first === 'network' ? 1 : n * maxShare;
        if (Math.abs(cap - Math.min(1, Math.max(wanted, n / k))) > 1e-12) fail('cap');
        if (raised !== cap > wanted + 1e-15 && Math.abs(1 / k - maxShare) > 1e-12) fail('raised');
        if (Math.abs(probability.reduce((sum, p) => sum + p, 0) - n) > 1e-9) fail('sum');
        if (!probability.every((p) => p >= 0 && p <= cap + 1e-12)) fail('cap kept');
        let start = 0;
        let open = true;
        for (const band of weights) {
          const shares = [...probability.slice(start, start + band.length)];
          start += band.length;
          if (!open && shares.some((p) => p !== 0)) fail('a band before this one was not full');
          // Ratios are those of the weights below the cap, and nobody at the cap would have had less without it.
          const perWeight = shares.map((p, i) => p / (band[i] ?? 1));
          const free = perWeight.filter((_, i) => (shares[i] ?? 0) < cap - 1e-12);
          const most = Math.max(...free, 0);
          if (free.some((each) => Math.abs(each - most) > 1e-9 * most)) fail('weights');
          if (free.length > 0 && perWeight.some((each) => each > most * (1 + 1e-9))) fail('cut without need');
          if (open && shares.some((p) => p === 0)) fail('somebody in an open band got nothing');
          open &&=
            free.length === 0 && Math.abs(probability.slice(0, start).reduce((a, b) => a + b, 0) - n) > 1e-9;
        }
        return true;
      },
    ),
    { seed: 11, numRuns: 5000 },
  );
  t.pass('5000 cases');
});

t.test('a full band leaves no crumb for the next', async (t) => {
  // 3 × (1 / 3 of 1.5) and the like come out a hair short of whole numbers.
  for (let k = 1; k <= 60; k++) {
    for (let answers = 1; answers <= 8; answers++) {
      const { n, probability } = share([Array.from({ length: k }, () => 1), [1, 1, 1]], answers, 1 / k);
      const rest = probability.slice(k);
      t.ok(
        rest.every((p) => p === 0 || p > 1e-6),
        `k ${k}, n ${n}: ${[...rest]}`,
      );
    }
  }
});
