/** The grid over which many geographies share a map. */
import fc from 'fast-check';
import t from 'tap';
import { roundToGrid, usesGrid } from '../../src/compile/grid.js';
import { haversineKm } from '../select/fixtures/by-the-book.js';

const degrees = (most: number) => fc.double({ min: -most, max: most, noNaN: true });

t.test('few geographies have maps of their own', async (t) => {
  const plans = (count: number, mirrors: number) =>
    Array.from({ length: count }, () => ({
      candidates: Array.from({ length: mirrors }, () => ({ weight: 1, asn: [], networks: [] })),
    }));
  t.same(
    [0, 1, 16, 17, 1000].map((count) => usesGrid(plans(count, 3))),
    [false, false, false, true, true],
  );
  t.same(
    [2048, 2049].map((mirrors) => usesGrid([...plans(1, 2), ...plans(1, mirrors)])),
    [false, true],
  );
});

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
