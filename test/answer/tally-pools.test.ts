/** How many counters a pool gets: one for each catchment, as long as they can all be read in no time. */
import t from 'tap';
import type { PoolTable } from '../../src/answer/table.js';
import { bandsOfCatchment } from '../../src/compile/catchment-store.js';
import { createDealer } from '../../src/compile/dealer.js';
import { seededRandom } from '../../src/random.js';
import { catchmentsOf } from '../compile/decks.js';
import { makeTable } from '../compile/make-table.js';
import { EXAMPLE, PLACES } from './zones.js';

const made = makeTable([EXAMPLE], { locations: PLACES });

/** The table of the first of `pools` equal pools whose geography has so many catchments. */
function dealt(pools: number, catchments: number, cells?: Uint32Array): PoolTable {
  const number = made.numberOf('dl.example.org');
  const plan = made.plans[number];
  const geography = made.geographies[plan?.geography ?? -1];
  if (plan === undefined || geography === undefined) throw new Error('the pool is there');
  const bands = bandsOfCatchment(geography.catchments, 0);
  const dealer = createDealer(
    Array.from({ length: pools }, () => ({ ...plan, geography: 0 })),
    [
      {
        table: geography.table,
        catchments: catchmentsOf(Array.from({ length: catchments }, () => bands)),
        ...(cells && { cells }),
      },
    ],
    seededRandom(1),
  );
  return dealer.deal(
    0,
    plan.seats.map(() => 'up'),
  );
}

t.test('one for each catchment', async (t) => {
  t.equal(dealt(1, 1).counted, 1);
  t.equal(dealt(1, 2000).counted, 2000);
  t.equal(dealt(1000, 65).counted, 65);
});

t.test('one for all where there are too many pools and catchments', async (t) => {
  t.equal(dealt(1000, 66).counted, 1);
  t.equal(dealt(100_000, 1).counted, 1, 'there is always one');
});

t.test('one for all where the leaves of the map are squares of a grid', async (t) => {
  const pool = dealt(
    1,
    10,
    Uint32Array.from({ length: 500 }, (_, cell) => cell % 10),
  );
  t.equal(pool.deckOf.length, 500);
  t.equal(pool.counted, 1);
});
