/** Distances against published and exact values, and against another formula. */
import fc from 'fast-check';
import t from 'tap';
import {
  distanceKm,
  EARTH_RADIUS_KM,
  kmOfSquaredChord,
  squaredChordOfKm,
  toVector,
} from '../../src/select/distance.js';
import { haversineKm } from './fixtures/by-the-book.js';

const HALF_WAY = Math.PI * EARTH_RADIUS_KM;
const DEGREE = HALF_WAY / 180;

function between(a: readonly [number, number], b: readonly [number, number]): number {
  return distanceKm(
    toVector({ latitude: a[0], longitude: a[1] }),
    toVector({ latitude: b[0], longitude: b[1] }),
  );
}

const point = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});

t.test('known distances', async (t) => {
  const table: [string, readonly [number, number], readonly [number, number], number, number][] = [
    ['a degree along the equator', [0, 0], [0, 1], DEGREE, 1e-9],
    ['a degree along a meridian', [50, 7], [51, 7], DEGREE, 1e-9],
    ['pole to pole', [90, 0], [-90, 0], HALF_WAY, 1e-3],
    ['antipodes', [30, 40], [-30, -140], HALF_WAY, 1e-3],
    ['nearly antipodes', [0, 0], [0, 179.99], HALF_WAY - DEGREE / 100, 1e-3],
    ['across the antimeridian', [0, 179.5], [0, -179.5], DEGREE, 1e-9],
    ['both names of the antimeridian', [12, 180], [12, -180], 0, 1e-9],
    ['all longitudes of a pole', [90, 10], [90, -120], 0, 1e-9],
    ['over the pole', [89, 0], [89, 180], 2 * DEGREE, 1e-9],
    ['a centimetre', [52.5, 13.4], [52.5 + 1e-5 / DEGREE, 13.4], 1e-5, 1e-11],
    // Williams, Aviation Formulary: LAX to JFK is 0.623585 radians.
    ['Los Angeles to New York', [33.95, -118.4], [40.6333, -73.7833], 0.623585 * EARTH_RADIUS_KM, 0.1],
  ];
  for (const [name, a, b, km, within] of table) {
    t.ok(Math.abs(between(a, b) - km) <= within, `${name}: ${between(a, b)} is ${km}`);
    t.equal(between(a, b), between(b, a), `${name}: the same both ways`);
  }
  t.equal(between([48, 11], [48, 11]), 0);
});

t.test('agrees with the haversine formula everywhere', async (t) => {
  fc.assert(
    fc.property(point, point, (a, b) => {
      const km = distanceKm(toVector(a), toVector(b));
      return km >= 0 && km <= HALF_WAY + 1e-9 && Math.abs(km - haversineKm(a, b)) < 1e-3;
    }),
    { seed: 1, numRuns: 2000 },
  );
  t.pass('2000 pairs');
});

t.test('squares of chords and kilometres turn into each other', async (t) => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 20000, noNaN: true }), (km) => {
      return Math.abs(kmOfSquaredChord(squaredChordOfKm(km)) - km) < 1e-4;
    }),
    { seed: 1, numRuns: 1000 },
  );
  t.equal(kmOfSquaredChord(Infinity), Infinity, 'an unknown place is infinitely far');
  t.equal(squaredChordOfKm(Infinity), Infinity);
  t.ok(squaredChordOfKm(20016) > 4, 'more than half way round is above every chord');
  t.ok(squaredChordOfKm(20016) < Infinity, 'but not above an unknown place');
});
