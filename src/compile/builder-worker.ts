/**
 * Builds one world in a thread of its own and ends, so that reading a database of a hundred megabytes stops nothing, and
 * what it took is given back whole. The dealer gets its part directly: it is large, and the main thread has no use for it.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { outcomeOf } from '../in-thread.js';
import { NICEST, standBack } from '../thread-priority.js';
import type { DealerStart } from './messages.js';
import type { WorldRequest } from './world.js';

const { request, dealer, nice }: { request: WorldRequest; dealer: MessagePort; nice: number } = workerData;

standBack(nice);
// Only now, since loading them is a good part of the work.
const { buildWorld } = await import('./world.js');

let remember = (): void => undefined;
parentPort?.postMessage(
  outcomeOf(() => {
    const built = buildWorld(request);
    dealer.postMessage({ pools: built.world.pools, geographies: built.geographies } satisfies DealerStart);
    ({ remember } = built);
    return built.world;
  }),
);
dealer.close();
standBack(NICEST);
try {
  remember();
} catch {
  // The state directory is full or read-only, which the journal says and counts: the next start takes a second longer.
}
