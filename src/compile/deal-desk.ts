/**
 * Where requests for decks come in and tables go out. A request is answered at once with tables that its dead have left, and
 * again when all that it asked for is drawn; others may come in between, and are answered likewise before drawing goes on.
 */
import type { PoolChange, PoolTable } from '../answer/table.js';
import type { Dealer } from './dealer.js';
import type { DealRequest, Dealt } from './messages.js';

export interface DealDesk {
  /** Takes a request and answers it, dealing until it is enough if there is need. */
  take(request: DealRequest, isEnough: () => boolean): void;
  /** Draws until it is enough, and tells what is done; gives whether there is more to do. */
  goOn(isEnough: () => boolean): boolean;
}

/** A request that is not done with. */
interface Open {
  readonly ticket: number;
  /** By pool, what was to be drawn when the request came. */
  readonly marks: Map<number, number>;
  /** The pools that somebody dead has not left yet. */
  readonly unbridged: Set<number>;
}

export function createDealDesk(dealer: Dealer, tell: (dealt: Dealt) => void): DealDesk {
  const open = new Set<Open>();
  /** By pool, the table that was told last. */
  const told = new Map<number, PoolTable>();

  function changesOf(numbers: Iterable<number>): PoolChange[] {
    return [...numbers].flatMap((number) => {
      const pool = dealer.table(number);
      if (pool === undefined || pool === told.get(number)) return [];
      told.set(number, pool);
      return [{ number, pool }];
    });
  }

  const isDone = ({ marks }: Open): boolean =>
    [...marks].every(([number, mark]) => dealer.isPast(number, mark));

  /** Answers a request as far as there is something new to say. */
  function answer(request: Open, isNew: boolean): void {
    const { ticket, marks, unbridged } = request;
    if (isDone(request)) {
      open.delete(request);
      tell({ ticket, changes: changesOf(marks.keys()), step: 'drawn' });
      return;
    }
    const bridged = [...unbridged].filter((number) => dealer.isBridged(number));
    for (const number of bridged) unbridged.delete(number);
    if (isNew) tell({ ticket, changes: changesOf(marks.keys()), step: 'taken' });
    else if (bridged.length > 0) tell({ ticket, changes: changesOf(bridged), step: 'bridged' });
  }

  return {
    take({ ticket, standings }, isEnough) {
      for (const { number, standing, ...pace } of standings) {
        if (dealer.take(number, standing, pace, isEnough)) continue;
        for (const { marks } of open) if (marks.has(number)) marks.set(number, dealer.mark(number));
      }
      const numbers = standings.map(({ number }) => number);
      const request = {
        ticket,
        marks: new Map(numbers.map((number) => [number, dealer.mark(number)])),
        unbridged: new Set(numbers),
      };
      open.add(request);
      answer(request, true);
    },
    goOn(isEnough) {
      dealer.goOn(isEnough);
      for (const request of [...open]) answer(request, false);
      return dealer.isBusy();
    },
  };
}
