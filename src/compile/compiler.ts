/**
 * The compiler as the main thread sees it. A world arrives whole or not at all, from a thread that ends once it is built.
 */
import type { Reflection } from '../answer/table.js';
import { startWaiting } from '../platform/run-in-worker.js';
import type { PoolTables } from './pool-tables.js';
import type { World, WorldRequest } from './world.js';

const BUILDER = new URL('../compile/builder-worker.js', import.meta.url);

/** A world that can be served. */
export interface LiveWorld extends PoolTables {
  readonly world: World;
  /** Present if some zone reflects. */
  readonly reflection?: Reflection;
  /** The memory that holds all its tables. */
  readonly memory: SharedArrayBuffer;
}

/** What a builder needs. */
export interface BuilderWork {
  readonly request: WorldRequest;
  /** Memory that no thread reads any more. */
  readonly spare?: SharedArrayBuffer | undefined;
}

/** A thread that is ready to build one world. */
export interface Builder {
  /** Builds it. Rejects with a GeopoolError if the files do not allow one. */
  build(work: BuilderWork): Promise<LiveWorld>;
  /** Ends it if it was never asked to build. */
  stop(): Promise<void>;
}

/** Starts a builder; `nice`, 0 to 19, is how far it yields to other work. */
export function openBuilder(nice = 0): Builder {
  const { run, stop } = startWaiting<LiveWorld>(BUILDER, { nice });
  return { build: run, stop };
}

/** Builds a world. Rejects with a GeopoolError if the files do not allow one. */
export function openWorld(work: BuilderWork, nice?: number): Promise<LiveWorld> {
  return openBuilder(nice).build(work);
}
