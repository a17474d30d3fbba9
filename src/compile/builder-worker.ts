/**
 * Builds one world in a thread of its own and ends, so that reading a database of a hundred megabytes blocks nothing, and
 * all memory that it took is given back.
 */
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { growRoom, holdRoom } from '../platform/heap-room.js';
import { openHugePages } from '../platform/huge-pages.js';
import { threadResultOf } from '../platform/run-in-worker.js';
import { LOWEST_PRIORITY, lowerPriority } from '../platform/thread-priority.js';
import type { BuilderWork, LiveWorld } from './compiler.js';
import type { BuiltWorld } from './world.js';

/** With more pools than this, huge pages are worth asking for. */
const MANY_POOLS = 64;

const port = parentPort;
if (port === null) throw new Error('builder-worker.js is started as a worker thread');
const { nice }: { nice: number } = workerData;
const handedOver: Promise<BuilderWork[]> = once(port, 'message');

lowerPriority(nice);
// Loaded only now, since loading them is a good part of the work.
const { buildWorld } = await import('./world.js');
const { signingsOf } = await import('./zones/lay-out-zones.js');
const { layOutPools } = await import('./pool-tables.js');
const { layTogether } = await import('./world-memory.js');

const [work] = await handedOver;
if (work === undefined) throw new Error('a builder is handed its work');
const { request, spare } = work;
growRoom();
const built: BuiltWorld[] = [];
const outcome = threadResultOf(() => buildWorld(request));
if (outcome.kind === 'failed') port.postMessage(outcome);
else {
  const { world, geographies, reflection } = outcome.value;
  built.push(outcome.value);
  // Loading what asks for huge pages takes milliseconds, which fewer pools would not gain.
  const take = world.pools.length > MANY_POOLS ? await openHugePages() : undefined;
  port.postMessage(
    threadResultOf(
      (): LiveWorld =>
        layTogether(
          {
            world,
            ...layOutPools(world.pools, geographies, signingsOf(world.zones, request.signing)),
            ...(reflection !== undefined && { reflection }),
          },
          spare,
          take,
        ),
    ),
  );
}
holdRoom();
lowerPriority(LOWEST_PRIORITY);
try {
  for (const { remember } of built) remember();
} catch {
  // The state directory is full or read-only, which the journal reports and counts. The next start takes a second longer.
}
