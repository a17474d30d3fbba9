/** One catchment's deal, where there is no room for many cards. */
import t from 'tap';
import { type CatchmentDeal, dealCatchment, layTable } from '../../src/compile/catchment-deal.js';
import { seatHands } from '../../src/compile/hands.js';
import type { Band } from '../../src/select/bands.js';
import { planOf } from './decks.js';

/** The deal of two near mirrors and so many far ones, with decks of 60. */
function dealt(far: number, answers: number): CatchmentDeal {
  const plan = planOf(
    Array.from({ length: far + 2 }, () => ({ weight: 1 })),
    { answers },
  );
  const standing = plan.seats.map(() => 'up' as const);
  const bands: Band[] = [
    { tier: 'near', members: [0, 1] },
    { tier: 'far', members: Array.from({ length: far }, (_, i) => i + 2) },
  ];
  return dealCatchment(bands, layTable(plan, seatHands(plan, standing), new Map()), 60);
}

t.test('who is seldom due has one card, but not at the cost of those always due', async (t) => {
  const { cards, counts, seats } = dealt(200, 3);
  t.equal(cards, 200);
  t.equal(seats.length, 202);
  t.same([...counts.subarray(0, 2)], [200, 200]);
  t.same(new Set(counts.subarray(2)), new Set([1]));
});

t.test('where all have their due, no more cards than there is room for', async (t) => {
  t.equal(dealt(50, 3).cards, 60);
  t.equal(dealt(60, 3).cards, 60);
  t.equal(dealt(61, 3).cards, 61);
});

t.test('mirrors that are not drawn ask for nothing', async (t) => {
  const { cards, reach, seats } = dealt(200, 2);
  t.same([cards, reach, seats], [60, 1, [0, 1]]);
});
