/** The quick band former against the slow one, and what holds of all bands, for pools and clients of any kind. */
import fc from 'fast-check';
import t from 'tap';
import type { Region } from '../../src/platform/types.js';
import { type Band, type BandList, bandKey } from '../../src/select/band-list.js';
import { type BandSettings, createBandFormer, formBands } from '../../src/select/bands.js';
import type { Candidate, Client } from '../../src/select/candidate.js';
import { distanceKm, toVector } from '../../src/select/distance.js';
import type { Order, OrderMatch } from '../../src/select/order.js';
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
const terms = {
  answers: fc.integer({ min: 1, max: 8 }),
  nearKm: fc.constantFrom(0, 1, 500, 3000, 19_999, 20_000),
  sameCountryFirst: fc.boolean(),
};
const settings = fc.record(terms);
const LISTS = 3;
const list = fc.integer({ min: 0, max: LISTS - 1 });
const subdivision = fc.constantFrom('DE-BE', 'US-TX');
const continent = fc.constantFrom('EU', 'NA', 'AS');
const match: fc.Arbitrary<OrderMatch> = fc.oneof(
  fc.record({ by: fc.constantFrom('networks', 'asn'), key: fc.integer({ min: 0, max: 3 }), list }),
  fc.record({ by: fc.constant('subdivisions'), key: subdivision, list }),
  fc.record({ by: fc.constant('countries'), key: country, list }),
  fc.record({ by: fc.constant('continents'), key: continent, list }),
  fc.record({ by: fc.constant('default'), key: fc.constant(''), list }),
);
const order: fc.Arbitrary<Order> = fc.record({
  name: fc.constant('world'),
  others: fc.constantFrom('nearest', 'never'),
  matches: fc.uniqueArray(match, { maxLength: 6, selector: ({ by, key }) => `${by} ${key}` }),
});

/** Leaves out the keys whose value is undefined, as optional properties want it. */
function mirrorOf(
  point: Spot | undefined,
  home: string | undefined,
  asn: number[],
  networks: number[],
  rule: Partial<Candidate>,
  entries: number[] = [],
): { candidate: Candidate; point: Spot | undefined } {
  return {
    point,
    candidate: {
      weight: 1,
      asn,
      networks,
      ...(entries.length > 0 && { entries }),
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
  ids.map((exceptNetworks) => ({ exceptNetworks })),
  ids.map((onlyAsn) => ({ onlyAsn })),
  ids.map((exceptAsn) => ({ exceptAsn })),
  ids.map((exceptAsn) => ({ ofPool: { exceptAsn } })),
  fc.array(country, { minLength: 1, maxLength: 2 }).map((onlyCountries) => ({ ofPool: { onlyCountries } })),
);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 6 });
const mirrors = fc.array(fc.tuple(maybe(spot), maybe(country), ids, ids, rule), { maxLength: 30 });
const client = [maybe(spot), maybe(country), maybe(fc.integer({ min: 0, max: 4 })), ids] as const;
const clients = fc.array(fc.tuple(...client), { minLength: 1, maxLength: 6 });
const entries = fc.array(fc.integer({ min: -1, max: 3 }), { minLength: LISTS, maxLength: LISTS });
const region = fc.record({ continent, subdivision }, { requiredKeys: [] });

function clientOf(
  point: Spot | undefined,
  home: string | undefined,
  asn: number | undefined,
  networks: number[],
  region?: Region,
): Client {
  return {
    region,
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

/** Throws where the former and the rules differ. */
function holdToTheBook(
  specs: readonly Parameters<typeof mirrorOf>[],
  askers: readonly Parameters<typeof clientOf>[],
  settings: BandSettings,
): boolean {
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
  for (const a of seen) for (const b of seen) if ((a.bands === b.bands) !== (a.key === b.key)) return false;
  return true;
}

t.test('as the rules say, for any pool and client', async (t) => {
  fc.assert(fc.property(mirrors, clients, settings, holdToTheBook), { seed: 7, numRuns: 4000 });
  t.pass('4000 pools');
});

t.test('with orders as well', async (t) => {
  const listed = fc.array(fc.tuple(maybe(spot), maybe(country), ids, ids, rule, entries), { maxLength: 30 });
  const askers = fc.array(fc.tuple(...client, region), { minLength: 1, maxLength: 6 });
  fc.assert(fc.property(listed, askers, fc.record({ ...terms, order }), holdToTheBook), {
    seed: 8,
    numRuns: 4000,
  });
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
