/** Bands of pools with backups: those of the others, then those of the backups, for any pool and client. */
import fc from 'fast-check';
import t from 'tap';
import { createCatchmentStore } from '../../src/compile/map/catchment-store.js';
import { createPoolFormer } from '../../src/select/backups.js';
import { type Band, bandKey } from '../../src/select/band-list.js';
import { createBandFormer } from '../../src/select/bands.js';
import type { Candidate, Client } from '../../src/select/candidate.js';
import { toVector } from '../../src/select/distance.js';
import { bandsOfCatchment } from '../compile/map/bands-of.js';

const spot = fc.record({
  latitude: fc.integer({ min: -90, max: 90 }),
  longitude: fc.integer({ min: -180, max: 180 }),
});
const country = fc.constantFrom('DE', 'FR', 'US');
const mirror = fc.record({
  spot: fc.option(spot, { nil: undefined, freq: 6 }),
  country,
  isBackup: fc.boolean(),
  only: fc.option(fc.array(country, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 2 }),
});
const client = fc.record({ spot: fc.option(spot, { nil: undefined, freq: 6 }), country });

/** The bands of some candidates, as bands of all. */
function bandsAmong(
  candidates: readonly Candidate[],
  isOne: (candidate: Candidate) => boolean,
  form: (some: readonly Candidate[]) => Band[],
): Band[] {
  const numbers = candidates.flatMap((candidate, i) => (isOne(candidate) ? [i] : []));
  const some = candidates.filter(isOne);
  return form(some).map(({ tier, members }) => ({
    tier,
    members: [...members].map((i) => numbers[i] ?? -1),
  }));
}

t.test('backups have bands of their own, behind those of all others', async (t) => {
  let shared = 0;
  fc.assert(
    fc.property(
      fc.array(mirror, { minLength: 1, maxLength: 30 }),
      fc.array(client, { minLength: 1, maxLength: 10 }),
      fc.integer({ min: 1, max: 3 }),
      (pool, askers, answers) => {
        const candidates = pool.map(
          ({ spot, country, isBackup, only }): Candidate => ({
            weight: 1,
            asn: [],
            networks: [],
            country,
            ...(spot !== undefined && { point: toVector(spot) }),
            ...(isBackup && { isBackup }),
            ...(only !== undefined && { onlyCountries: only }),
          }),
        );
        const settings = { answers, nearKm: 500, sameCountryFirst: false };
        const former = createPoolFormer(candidates, settings);
        const store = createCatchmentStore(candidates.length);
        const seen = askers.map(({ spot, country }) => {
          const asker: Client = {
            country,
            networks: [],
            ...(spot !== undefined && { point: toVector(spot) }),
          };
          const form = (some: readonly Candidate[]): Band[] => createBandFormer(some, settings).bands(asker);
          const expected = [
            ...bandsAmong(candidates, ({ isBackup }) => isBackup !== true, form),
            ...bandsAmong(candidates, ({ isBackup }) => isBackup === true, form).map(
              ({ members }): Band => ({ tier: 'backup', members }),
            ),
          ];
          const bands = former.bands(asker);
          if (bandKey(bands) !== bandKey(expected))
            throw new Error(`${bandKey(bands)}: ${bandKey(expected)}`);
          return { bands: bandKey(bands), number: store.add(former.list(asker)), key: former.key(asker) };
        });
        const all = store.all();
        shared += seen.length - new Set(seen.map(({ number }) => number)).size;
        return seen.every(
          (a) =>
            bandKey(bandsOfCatchment(all, a.number)) === a.bands &&
            seen.every(
              (b) =>
                (a.bands === b.bands) === (a.key === b.key) &&
                (a.bands === b.bands) === (a.number === b.number),
            ),
        );
      },
    ),
    { seed: 5, numRuns: 1500 },
  );
  t.ok(shared > 1000, `${shared} had the bands of another`);
});

t.test('so far around a client all have its bands', async (t) => {
  const at = (latitude: number, isBackup?: true): Candidate => ({
    weight: 1,
    asn: [],
    networks: [],
    point: toVector({ latitude, longitude: 0 }),
    ...(isBackup && { isBackup }),
  });
  const settings = { answers: 1, nearKm: 0, sameCountryFirst: false };
  const clientAt = (latitude: number): Client => ({
    point: toVector({ latitude, longitude: 0 }),
    networks: [],
  });
  const pool = [at(-80), at(80), at(9, true), at(11, true), at(30, true)];
  const former = createPoolFormer(pool, settings);
  const key = former.key(clientAt(9.9));
  const slack = former.slack();
  t.ok(slack > 0 && slack < 12, `${slack} km: at 10° the nearest backup is another`);
  t.equal(former.key(clientAt(9.9 + slack / 112)), key);
  t.not(former.key(clientAt(10.1)), key);
});
