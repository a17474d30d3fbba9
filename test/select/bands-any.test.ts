/** The quick band former against the slow one, and what holds of all bands, for pools and clients of any kind. */
import fc from 'fast-check';
import t from 'tap';
import { type Band, type BandList, bandKey, createBandFormer, formBands } from '../../src/select/bands.js';
import type { Candidate, Client } from '../../src/select/candidate.js';
import { distanceKm, toVector } from '../../src/select/distance.js';
import { bandsByTheBook, type Spot } from './fixtures/by-the-book.js';

/** `near 0,1 | far 2`. */
function show(bands: readonly Band[]): string {
  return bands.map(({ tier, members }) => `${tier} ${members.join()}`).join(' | ');
}

// Few values, so that ties, shared sites, shared networks and the edges of the map come up all the time.
const spot = fc.oneof(
  fc.record({ latitude: fc.integer({ min: -90, max: 90 }), longitude: fc.integer({ min: -180, max: 180 }) }),
  fc.record({
    latitude: fc.constantFrom(-90, -30, 0, 45, 60, 90),
    longitude: fc.constantFrom(-180, -179.5, 0, 10, 15, 180),
  }),
);
const country = fc.constantFrom('DE', 'FR', 'US');
const ids = fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { maxLength: 2 });
const settings = fc.record({
  answers: fc.integer({ min: 1, max: 8 }),
  nearKm: fc.constantFrom(0, 1, 500, 3000, 19_999, 20_000),
  sameCountryFirst: fc.boolean(),
});

/** Leaves out the keys whose value is undefined, as optional properties want it. */
function mirrorOf(
  point: Spot | undefined,
  home: string | undefined,
  asn: number[],
  networks: number[],
  rule: Partial<Candidate>,
): { candidate: Candidate; point: Spot | undefined } {
  return {
    point,
    candidate: {
      weight: 1,
      asn,
      networks,
      ...rule,
      ...(point === undefined ? {} : { point: toVector(point) }),
      ...(home === undefined ? {} : { country: home }),
    },
  };
}
const rule: fc.Arbitrary<Partial<Candidate>> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  fc.array(country, { minLength: 1, maxLength: 2 }).map((onlyCountries) => ({ onlyCountries })),
  fc.array(country, { minLength: 1, maxLength: 2 }).map((exceptCountries) => ({ exceptCountries })),
  ids.map((onlyNetworks) => ({ onlyNetworks })),
);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 6 });
const mirrors = fc.array(fc.tuple(maybe(spot), maybe(country), ids, ids, rule), { maxLength: 30 });
const clients = fc.array(fc.tuple(maybe(spot), maybe(country), maybe(fc.integer({ min: 0, max: 4 })), ids), {
  minLength: 1,
  maxLength: 6,
});

function clientOf(
  point: Spot | undefined,
  home: string | undefined,
  asn: number | undefined,
  networks: number[],
): Client {
  return {
    networks: [...networks].sort((a, b) => a - b),
    ...(point === undefined ? {} : { point: toVector(point) }),
    ...(home === undefined ? {} : { country: home }),
    ...(asn === undefined ? {} : { asn }),
  };
}

/** A list by all that two lists may differ in where the bands do. */
function nameOf({ tiers, sizes, members, rest }: BandList): string {
  return JSON.stringify([tiers[0] === 'network', sizes, [...members], rest !== undefined]);
}

t.test('as the rules say, for any pool and client', async (t) => {
  fc.assert(
    fc.property(mirrors, clients, settings, (specs, askers, settings) => {
      const pool = specs.map((spec) => mirrorOf(...spec));
      const former = createBandFormer(
        pool.map(({ candidate }) => candidate),
        settings,
      );
      const seen = askers.map((asker) => {
        const client = clientOf(...asker);
        const bands = former.bands(client);
        const expected = bandsByTheBook(pool, client, asker[0], settings);
        if (show(bands) !== show(expected)) throw new Error(`${show(bands)} should be ${show(expected)}`);
        const key = former.key(client);
        return { bands: bandKey(bands), key: key ?? nameOf(former.list(client)) };
      });
      // The quick name of a catchment parts and joins the same clients as the bands themselves.
      for (const a of seen)
        for (const b of seen) if ((a.bands === b.bands) !== (a.key === b.key)) return false;
      return true;
    }),
    { seed: 7, numRuns: 4000 },
  );
  t.pass('4000 pools');
});

t.test('each admitted mirror is in exactly one band, and all but the last reach outward', async (t) => {
  fc.assert(
    fc.property(
      fc.array(spot, { minLength: 1, maxLength: 200 }),
      spot,
      settings,
      (places, place, settings) => {
        const candidates = places.map(({ latitude, longitude }) => ({
          weight: 1,
          asn: [],
          networks: [],
          point: toVector({ latitude, longitude }),
        }));
        const client = { point: toVector(place), networks: [] };
        const bands = formBands(candidates, client, settings);
        const all = bands.flatMap(({ members }) => [...members]);
        const far = bands.map(({ members }) =>
          [...members].map((i) => distanceKm(client.point, candidates[i]?.point ?? client.point)),
        );
        return (
          all.length === candidates.length &&
          new Set(all).size === all.length &&
          bands.length <= 2 * settings.answers + 1 &&
          far.every((band, i) => i === 0 || Math.min(...band) > Math.max(...(far[i - 1] ?? [])))
        );
      },
    ),
    { seed: 3, numRuns: 500 },
  );
  t.pass('500 pools');
});
