/**
 * From a point on the earth to one on the map: the Equal Earth projection (Šavrič, Patterson and Jenny, 2018), which shows
 * all countries at their true relative size.
 */
import type { Point } from '../platform/types.js';

/** The size of the map. The far north and the Antarctic are cut off, since no queries come from there. */
export const WIDTH = 1000;
export const HEIGHT = 435;

/** Map units per unit of the projection, and the position of its centre on the map. */
export const SCALE = 184.7;
export const MIDDLE: readonly [x: number, y: number] = [500, 236];

const [A1, A2, A3, A4] = [1.340264, -0.081106, 0.000893, 0.003796];
const M = Math.sqrt(3) / 2;

/** The position of a point, with x to the right and y down. */
export function project({ latitude, longitude }: Point): readonly [x: number, y: number] {
  const t = Math.asin(M * Math.sin((latitude * Math.PI) / 180));
  const t2 = t * t;
  const t6 = t2 ** 3;
  const x =
    (((longitude * Math.PI) / 180) * Math.cos(t)) / (M * (A1 + 3 * A2 * t2 + t6 * (7 * A3 + 9 * A4 * t2)));
  const y = t * (A1 + A2 * t2 + t6 * (A3 + A4 * t2));
  return [MIDDLE[0] + SCALE * x, MIDDLE[1] - SCALE * y];
}
