/**
 * The location maps of pools that share strides, without the objects that say where their numbers are: all lie in one memory,
 * and each pool's record has its place in there (pool-index.ts).
 */
import type { LocationMap } from './table.js';

export interface StridedMaps {
  readonly strides: Int32Array;
  /** The whole memory, as the numbers of `scopes` and of `cells`. */
  readonly scopes: Uint8Array;
  readonly cells: Int16Array;
}

/** Those of pools, if any of them has strides. */
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

/** Whether a map is one of these. A world's tables lie in one memory, but larger numbers of catchments are no cells of it. */
export function hasStrides({ strides }: StridedMaps, map: LocationMap): boolean {
  return (
    map.strides === strides &&
    map.cells instanceof Int16Array &&
    map.cells.buffer === strides.buffer &&
    map.scopes.buffer === strides.buffer
  );
}
