/** What was located ahead counts for the same client and pool, and until the maps are others. */
import t from 'tap';
import { forgetLocations, newPrefetched, prefetchedLocation } from '../../src/answer/prefetched.js';

t.test('a location holds for its slot, pool and client alone', async (t) => {
  const known = newPrefetched(2);
  t.equal(prefetchedLocation(known, 0, 0, 0), -1, 'nothing is known of pool 0 and 0.0.0.0');
  known.pools[1] = 0;
  known.addresses[1] = 7;
  known.located[1] = 42;
  t.equal(prefetchedLocation(known, 1, 0, 7), 42);
  t.equal(prefetchedLocation(known, 0, 0, 7), -1, 'another slot');
  t.equal(prefetchedLocation(known, 1, 1, 7), -1, 'another pool');
  t.equal(prefetchedLocation(known, 1, 0, 8), -1, 'another client');
  t.equal(prefetchedLocation(known, 2, 0, 7), -1, 'a slot that is none');
  forgetLocations(known);
  t.equal(prefetchedLocation(known, 1, 0, 7), -1);
});
