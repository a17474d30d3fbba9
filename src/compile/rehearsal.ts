/**
 * Verdicts that nobody hears of, on a few catchments of a large pool, when a world begins and there is nothing to do. The
 * engine compiles what it has seen run; the first verdicts after a start met code that never ran, and took three times as
 * long as those after them to have the dead out of the answers.
 */
import type { Random } from '../random.js';
import type { Standing } from '../select/health-view.js';
import { createArena } from './arena.js';
import { type Catchments, catchmentCount, listedSeats } from './catchment-store.js';
import { openDeal, type PoolDeal } from './deal-pool.js';
import type { Geography } from './geography.js';
import type { PoolPlan } from './pool-plan.js';
import { indexSeats } from './seat-index.js';

export interface Rehearsal {
  /** Goes on until it is enough; gives whether there is more to do. */
  goOn(isEnough: () => boolean): boolean;
}

/** With fewer catchments a verdict is quick the first time too. */
const LARGE = 2000;
/** More than are dealt at once, so that decks are mended and wait in line as in a large pool. */
const PART = 120;
const VERDICTS = 10;
/** Numbers on the cards of this part: room for its decks, of whatever size. */
const BUDGET = 1 << 17;

/** The rehearsal for these pools: in the one with the most catchments, where that is large. */
export function openRehearsal(
  pools: readonly PoolPlan[],
  geographies: readonly Geography[],
  random: Random,
): Rehearsal {
  let largest: PoolPlan | undefined;
  let most = LARGE;
  for (const pool of pools) {
    const geography = geographies[pool.geography];
    const count = geography === undefined ? 0 : catchmentCount(geography.catchments);
    if (count < most) continue;
    largest = pool;
    most = count;
  }
  const catchments = largest && geographies[largest.geography]?.catchments;
  if (largest === undefined || catchments === undefined) return { goOn: () => false };
  return rehearse(largest, partOf(catchments), random);
}

function partOf({ candidates, starts, words }: Catchments): Catchments {
  return { candidates, starts: starts.subarray(0, PART + 1), words };
}

function rehearse(plan: PoolPlan, catchments: Catchments, random: Random): Rehearsal {
  const allBut = (off: number | undefined): Standing[] =>
    plan.seats.flatMap(({ addresses }, seat) => addresses.map(() => (seat === off ? 'off' : 'up')));
  let deal: PoolDeal | undefined;
  let verdicts = 0;
  let isOver = false;

  function begin(): PoolDeal {
    const arena = createArena();
    // The arena is for what stays.
    arena.close();
    const geography = { catchments };
    const seatIndex = indexSeats(catchments);
    return openDeal({ plan, geography, seatIndex, budget: BUDGET, random, arena }, allBut(undefined), {});
  }

  return {
    goOn(isEnough) {
      if (isOver) return false;
      deal ??= begin();
      deal.goOn(isEnough);
      if (deal.line.length() > 0) return true;
      deal.lay();
      if (verdicts === VERDICTS) {
        isOver = true;
        // What it is made of is not kept.
        deal = undefined;
        return false;
      }
      deal.stand(allBut(listedSeats(catchments, verdicts++)[0]), {});
      deal.lay();
      return true;
    },
  };
}
