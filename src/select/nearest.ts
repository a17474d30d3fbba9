/**
 * The two passes over all sites that a compilation makes for every location: the distance of each site, and the few nearest
 * ones. Squares of chords stand for distances, since both have the same order. The caller's arrays are written, so that a
 * pass allocates nothing.
 */
import type { Vector } from './distance.js';

/**
 * Writes to `squares` the distance of each place from `point`, as the square of the chord. `places` has three numbers per
 * place. Without a point all are 0.
 */
export function measure(places: Float64Array, point: Vector | undefined, squares: Float64Array): void {
  if (point === undefined) {
    squares.fill(0);
    return;
  }
  const { x, y, z } = point;
  for (let site = 0, i = 0; site < squares.length; site++, i += 3) {
    const dx = (places[i] ?? 0) - x;
    const dy = (places[i + 1] ?? 0) - y;
    const dz = (places[i + 2] ?? 0) - z;
    squares[site] = dx * dx + dy * dy + dz * dz;
  }
}

/** Writes up to `most` of the nearest sites of one kin to `nearest`, in order. Returns how many there are. */
export function findNearest(
  squares: Float64Array,
  kins: Uint8Array,
  kin: number,
  most: number,
  nearest: Uint32Array,
): number {
  let found = 0;
  let bar = Infinity;
  for (let site = 0; site < squares.length; site++) {
    const square = squares[site] ?? 0;
    if (square > bar || kins[site] !== kin) continue;
    let i = found < most ? found++ : most - 1;
    for (; i > 0 && (squares[nearest[i - 1] ?? 0] ?? 0) > square; i--) nearest[i] = nearest[i - 1] ?? 0;
    nearest[i] = site;
    if (found === most) bar = squares[nearest[most - 1] ?? 0] ?? 0;
  }
  return found;
}
