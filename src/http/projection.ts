/**
 * From a point of the earth to one of the map: the Equal Earth projection (Šavrič, Patterson and Jenny, 2018), which shows
 * every country as large as it is beside the others.
 */
import type { Point } from '../platform/types.js';

/** Of the map; the far north and the Antarctic, where nobody asks from, are cut off. */
export const WIDTH = 1000;
export const HEIGHT = 435;

/** Map units for one of the projection's, and where its middle is on the map. */
export const SCALE = 184.7;
export const MIDDLE: readonly [x: number, y: number] = [500, 236];

const [A1, A2, A3, A4] = [1.340264, -0.081106, 0.000893, 0.003796];
const M = Math.sqrt(3) / 2;

/** Where a point is, x to the right and y down. */
export function project({ latitude, longitude }: Point): readonly [x: number, y: number] {
  const t = Math.asin(M * Math.sin((latitude * Math.PI) / 180));
  const t2 = t * t;
  const t6 = t2 ** 3;
  const x =
    (((longitude * Math.PI) / 180) * Math.cos(t)) / (M * (A1 + 3 * A2 * t2 + t6 * (7 * A3 + 9 * A4 * t2)));
  const y = t * (A1 + A2 * t2 + t6 * (A3 + A4 * t2));
  return [MIDDLE[0] + SCALE * x, MIDDLE[1] - SCALE * y];
}
