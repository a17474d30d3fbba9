/**
 * The compiler as the main thread sees it: worlds come in whole or not at all, from a thread that ends when its world is
 * built.
 */
import { runInThread } from '../in-thread.js';
import type { PoolTables } from './pool-tables.js';
import type { World, WorldRequest } from './world.js';

const BUILDER = new URL('./builder-worker.js', import.meta.url);

/** A world that can be served. */
export interface LiveWorld extends PoolTables {
  readonly world: World;
  /** What all its tables lie in. */
  readonly memory: SharedArrayBuffer;
}

/**
 * Builds a world. Rejects with a GeopoolError where the files do not allow one. `nice`, 0 to 19, is how far building stands
 * back behind what else there is to do; `spare` is memory that nobody reads any more.
 */
export function openWorld(request: WorldRequest, nice = 0, spare?: SharedArrayBuffer): Promise<LiveWorld> {
  return runInThread<LiveWorld>(BUILDER, { request, nice, spare });
}
