/** Bands written down and read again, and equal ones found. */
import fc from 'fast-check';
import t from 'tap';
import { catchmentCount } from '../../../src/answer/catchments.js';
import { createCatchmentStore } from '../../../src/compile/map/catchment-store.js';
import { bandKey } from '../../../src/select/band-list.js';
import { createBandFormer } from '../../../src/select/bands.js';
import type { Candidate, Client } from '../../../src/select/candidate.js';
import { toVector } from '../../../src/select/distance.js';
import { bandsOfCatchment } from './bands-of.js';

const spot = fc.record({
  latitude: fc.integer({ min: 40, max: 60 }),
  longitude: fc.integer({ min: 0, max: 20 }),
});
const mirrors = fc.array(
  fc.record({
    spot,
    asn: fc.constantFrom<number[]>([], [], [64_500]),
    networks: fc.constantFrom<number[]>([], [], [1], [2]),
    country: fc.constantFrom('DE', 'FR'),
    only: fc.constantFrom<string[] | undefined>(undefined, undefined, ['DE']),
  }),
  { minLength: 1, maxLength: 60 },
);
const clients = fc.array(
  fc.record({
    spot: fc.option(spot, { nil: undefined }),
    asn: fc.constantFrom(undefined, 64_500),
    networks: fc.constantFrom<number[]>([], [], [1], [1, 2]),
    country: fc.constantFrom(undefined, 'DE', 'FR'),
  }),
  { minLength: 1, maxLength: 20 },
);

t.test('what is read is what was formed, and equal bands are one catchment', async (t) => {
  let shared = 0;
  fc.assert(
    fc.property(
      mirrors,
      clients,
      fc.integer({ min: 1, max: 3 }),
      fc.boolean(),
      (pool, askers, answers, own) => {
        const candidates = pool.map(({ spot, only, ...more }): Candidate => {
          return { ...more, weight: 1, point: toVector(spot), ...(only && { onlyCountries: only }) };
        });
        const former = createBandFormer(candidates, { answers, nearKm: 300, sameCountryFirst: own });
        const store = createCatchmentStore(candidates.length);
        const formed = askers.map(({ spot, ...more }) => {
          const client: Client = { ...more, point: spot && toVector(spot) };
          return { bands: former.bands(client), number: store.add(former.list(client)) };
        });
        const all = store.all();
        shared += formed.length - catchmentCount(all);
        return (
          formed.every(({ bands, number }) => bandKey(bandsOfCatchment(all, number)) === bandKey(bands)) &&
          formed.every((a) =>
            formed.every((b) => (a.number === b.number) === (bandKey(a.bands) === bandKey(b.bands))),
          )
        );
      },
    ),
    { seed: 11, numRuns: 1500 },
  );
  t.ok(shared > 1000, `${shared} were there before`);
});

t.test('the last band is everybody else', async (t) => {
  const store = createCatchmentStore(7);
  store.add({ tiers: ['near'], sizes: [1], members: Uint32Array.of(6) });
  const number = store.add({
    tiers: ['near', 'far'],
    sizes: [2, 1],
    members: Uint32Array.of(1, 4, 0, 3),
    rest: 'far',
  });
  const catchments = store.all();
  t.same(
    bandsOfCatchment(catchments, number).map(({ tier, members }) => [tier, [...members]]),
    [
      ['near', [1, 4]],
      ['far', [0]],
      ['far', [2, 5, 6]],
    ],
  );
});
