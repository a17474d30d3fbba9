import t from 'tap';
import type { ClientRow } from '../../src/compile/client-rows.js';
import { type ClientGroup, equalMirrors, forecastPool, KM_STEP } from '../../src/foresight/forecast.js';
import { distanceKm, toVector } from '../../src/select/distance.js';

const ROWS: readonly Partial<ClientRow>[] = [
  { n: 2, parts: Float64Array.of(1, 0.5, 0.5) },
  { n: 1, parts: Float64Array.of(0, 0, 1) },
  { n: 0, parts: Float64Array.of(0, 0, 0) },
];
const rowOf = (catchment: number): ClientRow => ({
  n: 0,
  isFailed: false,
  isRefused: false,
  cap: 1,
  isRaised: false,
  state: 'up',
  parts: new Float64Array(3),
  ...ROWS[catchment],
});
const BERLIN = toVector({ latitude: 52.5, longitude: 13.4 });
const PARIS = toVector({ latitude: 48.9, longitude: 2.3 });
const TOKYO = toVector({ latitude: 35.7, longitude: 139.7 });

t.test('shares and distances add up by country, continent and world', async (t) => {
  const clients: ClientGroup[] = [
    { catchment: 0, country: 'DE', point: BERLIN, weight: 30 },
    { catchment: 1, country: 'DE', point: BERLIN, weight: 10 },
    { catchment: 1, country: 'FR', weight: 20 },
    { catchment: 2, country: 'JP', point: TOKYO, weight: 40 },
  ];
  const { world, continents, countries } = forecastPool(
    clients,
    rowOf,
    [BERLIN, PARIS, undefined],
    (country) => (country === 'JP' ? 'AS' : 'EU'),
  );
  t.same([...countries.keys()], ['DE', 'FR', 'JP']);
  t.match(countries.get('DE'), { weight: 0.4, unanswered: 0, shares: [0.375, 0.1875, 0.4375] });
  t.match(countries.get('FR'), { weight: 0.2, shares: [0, 0, 1] });
  t.equal(countries.get('FR')?.km, undefined, 'nobody knows how far that is');
  t.match(countries.get('JP'), { weight: 0.4, unanswered: 1, shares: [0, 0, 0] });
  t.match(continents.get('EU'), { weight: 0.6, shares: [0.25, 0.125, 0.625] });
  t.match(world, { weight: 1, unanswered: 0.4, shares: [0.25, 0.125, 0.625] });
  // Two thirds of what has a known distance stay in Berlin, a third goes to Paris.
  const far = distanceKm(BERLIN, PARIS);
  const { mean = 0, p95 = 0 } = world.km ?? {};
  t.ok(Math.abs(mean - far / 3) < 1e-9);
  t.ok(p95 >= far && p95 <= far + KM_STEP);
  t.same(forecastPool([], rowOf, [BERLIN], () => undefined).world, { weight: 0, shares: [0], unanswered: 0 });
});

t.test('concentration is told as a number of equal mirrors', async (t) => {
  t.equal(equalMirrors([0.25, 0.25, 0.25, 0.25]), 4);
  t.equal(equalMirrors([1, 0, 0]), 1);
  t.ok(Math.abs(equalMirrors([0.5, 0.25, 0.25]) - 8 / 3) < 1e-12);
  t.equal(equalMirrors([]), 0);
});
