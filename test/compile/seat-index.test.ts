/** The catchments of a seat, found by the index, are those that looking through all of them finds. */
import fc from 'fast-check';
import t from 'tap';
import { catchmentCount, isAmong, listedBands } from '../../src/compile/catchment-store.js';
import { catchmentsWith, EVERYBODY, indexSeats } from '../../src/compile/seat-index.js';
import type { Band } from '../../src/select/bands.js';
import { catchmentsOf } from './decks.js';

const SEATS = 12;
/** Each seat in one of three bands, or in none, as who is barred. */
const someLists = fc.array(
  fc.array(fc.integer({ min: 0, max: 3 }), { minLength: SEATS, maxLength: SEATS }).map((places) =>
    [0, 1, 2]
      .map(
        (band): Band => ({
          tier: 'near',
          members: places.flatMap((own, seat) => (own === band ? [seat] : [])),
        }),
      )
      .filter(({ members }) => members.length > 0),
  ),
  { minLength: 1, maxLength: 20 },
);

t.test('what a change of some seats touches', async (t) => {
  let found = 0;
  fc.assert(
    fc.property(
      someLists,
      fc.uniqueArray(fc.nat(SEATS - 1), { maxLength: 3 }),
      fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 20, maxLength: 20 }),
      (lists, seats, looked) => {
        const catchments = catchmentsOf(lists);
        const count = catchmentCount(catchments);
        const reaches = Uint32Array.from({ length: count }, (_, i) => {
          const reach = looked[i] ?? 0;
          return reach > listedBands(catchments, i) ? EVERYBODY : reach;
        });
        const flags = Uint8Array.from({ length: SEATS }, (_, seat) => (seats.includes(seat) ? 1 : 0));
        const all = Array.from({ length: count }, (_, i) => i);
        const touched = all.filter((i) => seats.length > 0 && isAmong(catchments, i, reaches[i] ?? 0, flags));
        const got = catchmentsWith(seats, reaches, indexSeats(catchments));
        found += got.length;
        return got.toSorted((a, b) => a - b).join() === touched.join();
      },
    ),
    { numRuns: 500, seed: 1 },
  );
  t.ok(found > 500, 'and there was much to find');
});

t.test('a seat that no catchment lists touches those alone whose last band was looked at', async (t) => {
  const catchments = catchmentsOf([[{ tier: 'near', members: [0] }], [{ tier: 'near', members: [1] }]]);
  const index = indexSeats(catchments);
  t.same(catchmentsWith([7], Uint32Array.of(1, EVERYBODY), index), [1]);
  t.same(catchmentsWith([], Uint32Array.of(EVERYBODY, EVERYBODY), index), [], 'nobody, none');
});
