/**
 * The location maps of pools that share strides, without the objects that say where their numbers are: all are in one
 * memory, and each pool's record has its offsets in that (pool-index.ts).
 */
import type { LocationMap } from './table.js';

export interface StridedMaps {
  readonly strides: Int32Array;
  /** The whole memory, as an array for `scopes` and one for `cells`. */
  readonly scopes: Uint8Array;
  readonly cells: Int16Array;
}

/** The strided maps of these pools, if any has strides. */
export function stridedMaps(pools: readonly LocationMap[]): StridedMaps | undefined {
  const { strides } = pools.find((pool) => pool.strides.length > 0) ?? {};
  if (strides === undefined) return undefined;
  const { buffer } = strides;
  return {
    strides,
    scopes: new Uint8Array(buffer),
    cells: new Int16Array(buffer, 0, buffer.byteLength >> 1),
  };
}

/** Whether a map is one of these. A world's tables are in one memory, but its cells may be too wide (Int32Array). */
export function hasStrides({ strides }: StridedMaps, map: LocationMap): boolean {
  return (
    map.strides === strides &&
    map.cells instanceof Int16Array &&
    map.cells.buffer === strides.buffer &&
    map.scopes.buffer === strides.buffer
  );
}
