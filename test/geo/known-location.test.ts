import t from 'tap';
import { knownLocation } from '../../src/geo/known-location.js';
import { pointOfCountry } from '../../src/platform/countries.js';

t.test('a record with everything', async (t) => {
  t.strictSame(knownLocation('DE', 52.5, 13.4), {
    country: 'DE',
    point: { latitude: 52.5, longitude: 13.4 },
  });
});

t.test('a country without coordinates gets its own point', async (t) => {
  t.strictSame(knownLocation('DE', Number.NaN, Number.NaN), { country: 'DE', point: pointOfCountry('DE') });
});

t.test('0, 0 is nowhere, with a country and without', async (t) => {
  t.strictSame(knownLocation(undefined, 0, 0), {});
  t.strictSame(knownLocation(undefined, -0, 0), {});
  t.strictSame(knownLocation('GA', 0, 0), { country: 'GA', point: pointOfCountry('GA') });
  t.strictSame(knownLocation('GA', 0, 9.5), { country: 'GA', point: { latitude: 0, longitude: 9.5 } });
});

t.test('coordinates off the map, or one of them alone, are none', async (t) => {
  t.strictSame(knownLocation(undefined, 91, 10), {});
  t.strictSame(knownLocation(undefined, 10, -180.5), {});
  t.strictSame(knownLocation(undefined, 10, Number.NaN), {});
  t.strictSame(knownLocation(undefined, Number.POSITIVE_INFINITY, 10), {});
  t.strictSame(knownLocation(undefined, -90, 180), { point: { latitude: -90, longitude: 180 } });
});

t.test('a code that is no country counts for nothing, its coordinates count', async (t) => {
  t.strictSame(knownLocation('EU', Number.NaN, Number.NaN), {});
  t.strictSame(knownLocation('ZZ', 48, 9), { point: { latitude: 48, longitude: 9 } });
});
