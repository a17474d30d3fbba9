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
   * Draws the decks of pools anew; resolves with their tables. Rejects when the dealer died. `onSwift` is called before that
   * with tables for the moment, where a pool takes long and addresses must leave the answers at once.
   */
  deal(
    standings: readonly PoolStanding[],
    onSwift?: (changes: readonly PoolChange[]) => void,
  ): Promise<readonly PoolChange[]>;
  /** Ends the dealer. */
  close(): Promise<void>;
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

function followDealer(dealer: Worker): Pick<LiveWorld, 'deal' | 'close'> {
  const waiting = new Map<
    number,
    {
      resolve: (changes: readonly PoolChange[]) => void;
      reject: (error: unknown) => void;
      onSwift: (changes: readonly PoolChange[]) => void;
    }
  >();
  let tickets = 0;
  let ended: Error | undefined;
  const end = (error: Error): void => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  dealer.on('message', ({ ticket, changes, swift }: Dealt) => {
    if (swift === true) {
      waiting.get(ticket)?.onSwift(changes);
      return;
    }
    waiting.get(ticket)?.resolve(changes);
    waiting.delete(ticket);
  });
  dealer.on('error', end);
  dealer.on('exit', () => end(new Error('the dealer has ended')));
  return {
    deal(standings, onSwift = () => undefined) {
      if (ended !== undefined) return Promise.reject(ended);
      if (standings.length === 0) return Promise.resolve([]);
      const ticket = tickets++;
      return new Promise((resolve, reject) => {
        waiting.set(ticket, { resolve, reject, onSwift });
        dealer.postMessage({ ticket, standings } satisfies DealRequest);
      });
    },
    async close() {
      await dealer.terminate();
    },
  };
}
