import t from 'tap';
import type { Forecast } from '../../src/foresight/forecast.js';
import { movedShare, movesBetween, type NamedForecast } from '../../src/foresight/moves.js';

/** By country its weight, and the shares of all mirrors; what lacks to 1 is answered nothing. */
function pool(
  mirrors: readonly string[],
  all: Record<string, readonly [number, readonly number[]]>,
): NamedForecast {
  const countries = Object.entries(all).map(([code, [weight, shares]]): [string, Forecast] => {
    const answered = shares.reduce((sum, share) => sum + share, 0);
    const parts = shares.map((share) => (answered === 0 ? 0 : share / answered));
    return [code, { weight, shares: parts, unanswered: 1 - answered }];
  });
  const world = { weight: 1, shares: [], unanswered: 0 };
  return { mirrors, forecast: { world, continents: new Map(), countries: new Map(countries) } };
}

const rounded = (moves: ReturnType<typeof movesBetween>) =>
  moves.map((move) => ({ ...move, share: Math.round(move.share * 1e9) / 1e9 }));

t.test('what some lose in a country goes to those who gain there', async (t) => {
  const before = pool(['a', 'b', 'c'], { DE: [0.5, [0.5, 0.5, 0]], FR: [0.5, [1, 0, 0]] });
  const after = pool(['c', 'b', 'a'], { DE: [0.5, [0.25, 0.25, 0.5]], FR: [0.5, [0, 0.25, 0.75]] });
  const moves = rounded(movesBetween(before, after));
  t.same(moves, [
    { from: 'b', to: 'c', share: 0.125 },
    { from: 'a', to: 'b', share: 0.125 },
  ]);
  t.equal(movedShare(moves), 0.25);
  t.same(movesBetween(before, before), []);
});

t.test('mirrors come and go, and so do answers', async (t) => {
  const before = pool(['a'], { DE: [1, [1]] });
  const after = pool(['b'], { DE: [1, [0.75]] });
  t.same(rounded(movesBetween(before, after)), [
    { from: 'a', to: 'b', share: 0.75 },
    { from: 'a', share: 0.25 },
  ]);
  t.same(rounded(movesBetween(after, before)), [
    { from: 'b', to: 'a', share: 0.75 },
    { to: 'a', share: 0.25 },
  ]);
});

t.test('countries that weigh otherwise move what their mirrors have', async (t) => {
  const before = pool(['a', 'b'], { DE: [0.75, [1, 0]], FR: [0.25, [0, 1]] });
  const after = pool(['a', 'b'], { DE: [0.5, [1, 0]], FR: [0.5, [0, 1]] });
  t.same(rounded(movesBetween(before, after)), [{ from: 'a', to: 'b', share: 0.25 }]);
  const even = (germans: number) =>
    pool(['a', 'b'], { DE: [germans, [0.5, 0.5]], FR: [1 - germans, [0.5, 0.5]] });
  t.same(movesBetween(even(0.75), even(0.5)), [], 'the same mirrors serve others');
});
