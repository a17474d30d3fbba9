/** The width of a band. */
import t from 'tap';
import { NO_GEOGRAPHY_KM, reachKm, TIE_KM } from '../../src/select/reach.js';

t.test('how far a band reaches', async (t) => {
  const table: [nearest: number, nearKm: number, reach: number][] = [
    [0, 500, 500],
    [100, 500, 600],
    [1000, 500, 1500],
    [1001, 500, 1501.5],
    [8000, 500, 12000],
    [0, 0, 0],
    [8000, 0, 8000],
    [1, 19_999, 20_000],
    [Number.POSITIVE_INFINITY, 500, Number.POSITIVE_INFINITY],
    [0, NO_GEOGRAPHY_KM, Number.POSITIVE_INFINITY],
  ];
  for (const [nearest, nearKm, reach] of table) {
    t.equal(reachKm(nearest, nearKm), reach + TIE_KM, `${nearest} km, near_km ${nearKm}`);
  }
});
