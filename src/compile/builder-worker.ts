/**
 * Builds one world in a thread of its own and ends, so that reading a database of a hundred megabytes stops nothing, and
 * what it took is given back whole.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { outcomeOf } from '../in-thread.js';
import { NICEST, standBack } from '../thread-priority.js';
import type { LiveWorld } from './compiler.js';
import type { BuiltWorld, WorldRequest } from './world.js';

const { request, nice, spare }: { request: WorldRequest; nice: number; spare?: SharedArrayBuffer } =
  workerData;

standBack(nice);
// Only now, since loading them is a good part of the work.
const { buildWorld } = await import('./world.js');
const { layOutPools } = await import('./pool-tables.js');
const { layTogether } = await import('./world-memory.js');

const built: BuiltWorld[] = [];
parentPort?.postMessage(
  outcomeOf((): LiveWorld => {
    const one = buildWorld(request);
    built.push(one);
    return layTogether({ world: one.world, ...layOutPools(one.world.pools, one.geographies) }, spare);
  }),
);
standBack(NICEST);
try {
  for (const { remember } of built) remember();
} catch {
  // The state directory is full or read-only, which the journal says and counts: the next start takes a second longer.
}
