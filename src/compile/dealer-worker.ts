/**
 * Draws the decks of one world for as long as it serves, in a thread of its own: a pool of many mirrors takes longer than
 * the main thread may.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { PoolChange } from '../answer/table.js';
import { systemRandom } from '../random.js';
import { standBack } from '../thread-priority.js';
import { createDealer } from './dealer.js';
import type { DealerStart, DealRequest, Dealt } from './messages.js';

const port = parentPort;
if (port === null) throw new Error('dealer-worker.js is started as a worker thread');
const { builder }: { builder: MessagePort } = workerData;

/** A verdict should be in the answers soon: a quarter of a core, where answering takes all that it can get. */
const NICE = 5;

standBack(NICE);

builder.once('message', ({ pools, geographies }: DealerStart) => {
  builder.close();
  const dealer = createDealer(pools, geographies, systemRandom());
  port.on('message', ({ ticket, standings }: DealRequest) => {
    const swift: PoolChange[] = standings.flatMap(({ number, standing }) => {
      const pool = dealer.dealSwiftly(number, standing);
      return pool === undefined ? [] : [{ number, pool }];
    });
    if (swift.length > 0) port.postMessage({ ticket, changes: swift, swift: true } satisfies Dealt);
    const changes: PoolChange[] = standings.map(({ number, standing, ...pace }) => ({
      number,
      pool: dealer.deal(number, standing, pace),
    }));
    port.postMessage({ ticket, changes } satisfies Dealt);
  });
});
