/** Dealing on from a deal before: it takes over what a change of standing does not touch, and comes to the same. */
import fc from 'fast-check';
import t from 'tap';
import type { PoolTable } from '../../src/answer/table.js';
import { createDealer } from '../../src/compile/dealer.js';
import type { PoolPlan } from '../../src/compile/pool-plan.js';
import { seededRandom } from '../../src/random.js';
import type { Band } from '../../src/select/bands.js';
import type { Standing } from '../../src/select/health-view.js';
import { cardsOf, countsOf, geographyOf, planOf } from './decks.js';

/** A geography of some catchments over `seats` mirrors: each mirror in one band of each, or in none. */
const someCatchments = (seats: number) =>
  fc.array(
    fc
      .tuple(fc.array(fc.nat(4), { minLength: seats, maxLength: seats }), fc.boolean())
      .map(([places, network]) =>
        [0, 1, 2, 3]
          .map(
            (place): Band => ({
              tier: network && place === 0 ? 'network' : place < 2 ? 'near' : 'far',
              members: places.flatMap((own, seat) => (own === place ? [seat] : [])),
            }),
          )
          .filter(({ members }) => members.length > 0),
      ),
    { minLength: 1, maxLength: 5 },
  );
const standing = fc.constantFrom<Standing>('up', 'up', 'up', 'up', 'down', 'down', 'new', 'off');

/** How many cards hold each seat; of its addresses, as evenly as turns go. Throws where they do not. */
function seatCounts(table: PoolTable, catchment: number, { seats }: PoolPlan): number[] {
  const records = seats.flatMap((seat, i) => seat.addresses.map(() => i));
  const counts = countsOf(cardsOf(table, catchment), records.length);
  return seats.map((_, seat) => {
    const own = counts.filter((count, record) => records[record] === seat && count > 0);
    if (own.some((count) => Math.abs(count - (own[0] ?? 0)) > 1)) throw new Error(`turns of ${own}`);
    return own.reduce((sum, count) => sum + count, 0);
  });
}

t.test('however one came to it, the counts are those of a fresh deal', async () => {
  const seats = 9;
  const addresses = (i: number): number => (i % 4 === 0 ? 2 : 1);
  const count = Array.from({ length: seats }, (_, i) => addresses(i)).reduce((a, b) => a + b);
  fc.assert(
    fc.property(
      someCatchments(seats),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: seats, maxLength: seats }),
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom(0.1, 0.2, 0.34, 0.5, 1),
      fc.array(fc.array(standing, { minLength: count, maxLength: count }), { minLength: 1, maxLength: 6 }),
      fc.array(fc.tuple(fc.nat(count - 1), standing), { maxLength: 12 }),
      (catchments, weights, answers, maxShare, starts, flips) => {
        const plan = planOf(
          weights.map((weight, i) => ({ weight, addresses: addresses(i) })),
          { answers, maxShare },
        );
        const geography = geographyOf(catchments);
        const dealer = createDealer([plan], [geography], seededRandom(1));
        // Wholly other standings, then one address after the other.
        const steps = [...starts];
        for (const [i, own] of flips) {
          const before = steps.at(-1) ?? [];
          steps.push(before.map((kept, at) => (at === i ? own : kept)));
        }
        return steps.every((step) => {
          const table = dealer.deal(0, step);
          const fresh = createDealer([plan], [geography], seededRandom(2)).deal(0, step);
          return catchments.every(
            (_, i) => seatCounts(table, i, plan).join() === seatCounts(fresh, i, plan).join(),
          );
        });
      },
    ),
    { numRuns: 30 },
  );
});
