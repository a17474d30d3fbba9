/**
 * The compiler as the main thread sees it: worlds come in whole or not at all, and decks are drawn when asked for. The
 * work is done in two threads, a builder that ends with its world built and a dealer that stays as long as it serves.
 */
import { MessageChannel, Worker } from 'node:worker_threads';
import type { PoolChange } from '../answer/table.js';
import { runInThread } from '../in-thread.js';
import type { DealRequest, Dealt, PoolStanding } from './messages.js';
import type { World, WorldRequest } from './world.js';

const BUILDER = new URL('./builder-worker.js', import.meta.url);

/** A world that can be served. */
export interface LiveWorld {
  readonly world: World;
  /**
   * Draws the decks of pools anew, and gives `onTables` their tables as they come, all that is new at a time: first without
   * those who must not be answered any more, then as they should be. Requests may overlap; tables come in their order.
   */
  deal(standings: readonly PoolStanding[], onTables: (changes: readonly PoolChange[]) => void): Dealing;
  /** Ends the dealer. What it had to do is of no account any more, and counts as done. */
  close(): Promise<void>;
}

/** A request for decks. Both reject when the dealer died. */
export interface Dealing {
  /** Resolves when those are out of the answers, or about to be, who must not be answered: the next request may come. */
  readonly taken: Promise<void>;
  /** Resolves when all is drawn. */
  readonly drawn: Promise<void>;
}

/**
 * Builds a world. Rejects with a GeopoolError where the files do not allow one. `nice`, 0 to 19, is how far building stands
 * back behind what else there is to do.
 */
export async function openWorld(request: WorldRequest, nice = 0): Promise<LiveWorld> {
  const { port1: forBuilder, port2: forDealer } = new MessageChannel();
  const dealer = new Worker(new URL('./dealer-worker.js', import.meta.url), {
    workerData: { builder: forDealer },
    transferList: [forDealer],
  });
  const live = followDealer(dealer);
  try {
    return {
      world: await runInThread<World>(BUILDER, { request, dealer: forBuilder, nice }, [forBuilder]),
      ...live,
    };
  } catch (error) {
    await live.close();
    throw error;
  }
}

/** A request that is not done with. */
interface Waiting {
  readonly onTables: (changes: readonly PoolChange[]) => void;
  readonly taken: Settling;
  readonly drawn: Settling;
}

function followDealer(dealer: Worker): Pick<LiveWorld, 'deal' | 'close'> {
  const waiting = new Map<number, Waiting>();
  let tickets = 0;
  let ended: Error | undefined;
  let closing = false;
  const end = (error: Error): void => {
    ended ??= error;
    for (const { taken, drawn } of waiting.values()) {
      for (const { resolve, reject } of [taken, drawn]) {
        if (closing) resolve();
        else reject(ended);
      }
    }
    waiting.clear();
  };
  dealer.on('message', ({ ticket, changes, step }: Dealt) => {
    const request = waiting.get(ticket);
    if (request === undefined || closing) return;
    if (changes.length > 0) request.onTables(changes);
    request.taken.resolve();
    if (step !== 'drawn') return;
    request.drawn.resolve();
    waiting.delete(ticket);
  });
  dealer.on('error', end);
  dealer.on('exit', () => end(new Error('the dealer has ended')));
  return {
    deal(standings, onTables) {
      const request = { onTables, taken: settling(), drawn: settling() };
      const dealing = { taken: request.taken.promise, drawn: request.drawn.promise };
      const ticket = tickets++;
      waiting.set(ticket, request);
      if (ended !== undefined) end(ended);
      else if (standings.length > 0) dealer.postMessage({ ticket, standings } satisfies DealRequest);
      else {
        waiting.delete(ticket);
        request.taken.resolve();
        request.drawn.resolve();
      }
      return dealing;
    },
    async close() {
      closing = true;
      await dealer.terminate();
    },
  };
}

interface Settling {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

function settling(): Settling {
  let resolve = (): void => undefined;
  let reject = (_error: unknown): void => undefined;
  const promise = new Promise<void>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  // Whoever waits for one of two promises must not be struck by the other.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
