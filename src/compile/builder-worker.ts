/**
 * Builds one world in a thread of its own and ends, so that reading a database of a hundred megabytes stops nothing, and
 * what it took is given back whole. The dealer gets its part directly: it is large, and the main thread has no use for it.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { outcomeOf } from '../in-thread.js';
import type { DealerStart } from './messages.js';
import { buildWorld, type WorldRequest } from './world.js';

const { request, dealer }: { request: WorldRequest; dealer: MessagePort } = workerData;

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
try {
  remember();
} catch {
  // The state directory is full or read-only, which the journal says and counts: the next start takes a second longer.
}
