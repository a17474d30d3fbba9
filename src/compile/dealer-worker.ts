/**
 * Draws the decks of one world for as long as it serves, in a thread of its own: a pool of many mirrors takes longer than
 * the main thread may. Between slices of work it looks who has come: a verdict does not wait for the decks of another.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { systemRandom } from '../random.js';
import { BEHIND, standBack } from '../thread-priority.js';
import { createDealDesk } from './deal-desk.js';
import { createDealer } from './dealer.js';
import type { DealerStart, DealRequest, Dealt } from './messages.js';
import { openRehearsal } from './rehearsal.js';

const port = parentPort;
if (port === null) throw new Error('dealer-worker.js is started as a worker thread');
const { builder }: { builder: MessagePort } = workerData;

/** Milliseconds of work until it looks who has come. */
const SLICE = 10;

standBack(BEHIND);

builder.once('message', ({ pools, geographies }: DealerStart) => {
  builder.close();
  const dealer = createDealer(pools, geographies, systemRandom());
  const desk = createDealDesk(dealer, (dealt: Dealt) => port.postMessage(dealt));
  const rehearsal = openRehearsal(pools, geographies, systemRandom());
  let working = false;

  /** Whether a slice is over, which begins when that is asked first. */
  const slice = (): (() => boolean) => {
    let end: number | undefined;
    return () => {
      const now = performance.now();
      end ??= now + SLICE;
      return now >= end;
    };
  };

  function work(): void {
    const isEnough = slice();
    working = desk.goOn(isEnough) || rehearsal.goOn(isEnough);
    // Messages come in between two immediates.
    if (working) setImmediate(work);
  }

  port.on('message', (request: DealRequest) => {
    desk.take(request, slice());
    if (!working) work();
  });
});
