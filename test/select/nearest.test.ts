/** The nearest few of many, against a plain sort. */
import fc from 'fast-check';
import t from 'tap';
import { toVector } from '../../src/select/distance.js';
import { findNearest, measure } from '../../src/select/nearest.js';

t.test('the nearest of one kin, in order', async (t) => {
  const sites = fc.array(
    fc.record({
      square: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(Number.POSITIVE_INFINITY)),
      kin: fc.integer({ min: 2, max: 4 }),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(sites, fc.integer({ min: 1, max: 16 }), (list, most) => {
      const squares = Float64Array.from(list, ({ square }) => square);
      const kins = Uint8Array.from(list, ({ kin }) => kin);
      const nearest = new Uint32Array(16);
      const found = [...nearest.subarray(0, findNearest(squares, kins, 3, most, nearest))];
      const expected = list.flatMap(({ square, kin }) => (kin === 3 ? [square] : [])).sort((a, b) => a - b);
      return (
        found.every((site) => kins[site] === 3) &&
        new Set(found).size === found.length &&
        found.map((site) => squares[site]).join() === expected.slice(0, most).join()
      );
    }),
    { seed: 8, numRuns: 2000 },
  );
  t.pass('2000 lists');
});

t.test('squares of chords', async (t) => {
  const squares = new Float64Array(3);
  const places = Float64Array.of(1, 0, 0, -1, 0, 0, Number.POSITIVE_INFINITY, 0, 0);
  measure(places, toVector({ latitude: 0, longitude: 0 }), squares);
  t.same([...squares], [0, 4, Number.POSITIVE_INFINITY], 'here, the antipode, and nobody knows where');
  measure(places, undefined, squares);
  t.same([...squares], [0, 0, 0], 'all as near for a client that is nowhere');
});
