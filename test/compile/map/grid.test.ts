/** The grid that locations are rounded to. */
import fc from 'fast-check';
import t from 'tap';
import { roundToGrid } from '../../../src/compile/map/grid.js';
import { haversineKm } from '../../select/fixtures/by-the-book.js';

const degrees = (most: number) => fc.double({ min: -most, max: most, noNaN: true });

t.test('what is not known stays so', async (t) => {
  t.same(roundToGrid({}), {});
  t.same(roundToGrid({ country: 'DE' }), { country: 'DE' });
  t.notOk('country' in roundToGrid({ point: { latitude: 1, longitude: 1 } }));
});

t.test('a location moves by 40 km at the most, and stays on the map', async () => {
  fc.assert(
    fc.property(degrees(90), degrees(180), (latitude, longitude) => {
      const { country, point } = roundToGrid({ country: 'DE', point: { latitude, longitude } });
      return (
        country === 'DE' &&
        point !== undefined &&
        Math.abs(point.latitude) <= 90 &&
        Math.abs(point.longitude) <= 180 &&
        haversineKm({ latitude, longitude }, point) <= 40
      );
    }),
    { numRuns: 2000 },
  );
});

t.test('all of a square go to the same point', async (t) => {
  const at = (latitude: number, longitude: number) => roundToGrid({ point: { latitude, longitude } }).point;
  t.same(at(52.5, 13), at(52.99, 13.49));
  t.notSame(at(52.5, 13), at(52.49, 13));
  t.notSame(at(0.1, 0.1), at(-0.1, 0.1), 'also across the equator');
  t.same(at(-0.1, -0.1), { latitude: -0.25, longitude: -0.25 });
});
