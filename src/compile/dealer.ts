/**
 * The dealer draws the decks of pools whenever verdicts change. What was drawn is kept: a deck whose counts stay the same
 * is not drawn again, and pools that differ in nothing but addresses' values share theirs.
 */
import type { PoolTable } from '../answer/table.js';
import type { Random } from '../random.js';
import type { Standing } from '../select/health-view.js';
import { catchmentCount } from './catchment-store.js';
import { type DealtPool, dealPool, type Pace } from './deal-pool.js';
import type { Geography } from './geography.js';
import { goneRecords, seatHands } from './hands.js';
import { poolAddresses } from './pool-addresses.js';
import type { PoolPlan } from './pool-plan.js';
import { SWIFT_FROM, withoutRecords } from './swift-deal.js';

/** Numbers on all the cards of all pools, together, and on those of one: where there are too many decks they get fewer. */
const ALL_CARDS = 32 << 20;
const POOL_CARDS = 4 << 20;
/** Counters of all pools together: a status report adds them up for every worker, and lists them. */
const ALL_COUNTERS = 1 << 16;

export interface Dealer {
  /**
   * In a pool that takes long to deal, its table without the addresses that were answered until now and are not to be any
   * more; undefined where there are none, or where dealing takes no time. It is for the moment until `deal` is done.
   */
  dealSwiftly(number: number, standing: readonly Standing[]): PoolTable | undefined;
  /** The table of a pool by number, given each address's standing, and its pace, in the order of its seats. */
  deal(number: number, standing: readonly Standing[], pace?: Pace): PoolTable;
}

/** A dealer for these pools. */
export function createDealer(
  plans: readonly PoolPlan[],
  geographies: readonly Geography[],
  random: Random,
): Dealer {
  const budget = Math.min(POOL_CARDS, ALL_CARDS / Math.max(1, new Set(plans.map(shapeKey)).size));
  const addresses = plans.map(poolAddresses);
  const counters = plans.map((plan) => countersOf(geographies[plan.geography], plans.length));
  /** What each pool answers from now, by what it was dealt for. */
  const keys: (string | undefined)[] = plans.map(() => undefined);
  const dealt = new Map<string, { hand: DealtPool; users: number }>();

  const release = (key: string | undefined): void => {
    const entry = key === undefined ? undefined : dealt.get(key);
    if (entry === undefined || key === undefined) return;
    entry.users--;
    if (entry.users === 0) dealt.delete(key);
  };

  const known = (number: number) => {
    const plan = plans[number];
    const geography = plan === undefined ? undefined : geographies[plan.geography];
    const own = addresses[number];
    if (plan === undefined || geography === undefined || own === undefined) {
      throw new RangeError(`no pool has number ${number}`);
    }
    const { zone, owner, family } = plan;
    const table = (hand: Pick<DealtPool, 'deckOf' | 'decks' | 'cards'>): PoolTable => ({
      ...geography.table,
      name: { zone, owner, family },
      counted: counters[number] ?? 1,
      deckOf: hand.deckOf,
      decks: hand.decks,
      cards: hand.cards,
      ...own,
    });
    return { plan, geography, table };
  };

  return {
    dealSwiftly(number, standing) {
      const { plan, table } = known(number);
      const hand = dealt.get(keys[number] ?? '')?.hand;
      if (hand === undefined || hand.keys.length < SWIFT_FROM) return undefined;
      const gone = goneRecords(hand.hands, seatHands(plan, standing));
      if (!gone.includes(1)) return undefined;
      return table({ ...hand, cards: withoutRecords(hand.cards, hand.decks, gone, random) });
    },
    deal(number, standing, pace = {}) {
      const { plan, geography, table } = known(number);
      const key = [shapeKey(plan), standing, pace.growth, pace.lifetimes].join(' ');
      const before = keys[number];
      const entry = dealt.get(key) ?? {
        hand: dealPool(plan, geography, standing, pace, dealt.get(before ?? '')?.hand, budget, random),
        users: 0,
      };
      dealt.set(key, entry);
      entry.users++;
      release(before);
      keys[number] = key;
      return table(entry.hand);
    },
  };
}

/** How many counters each of `pools` pools with this geography has: one for each catchment, or one for all of them. */
function countersOf(geography: Geography | undefined, pools: number): number {
  // Where many geographies share a map, its leaves are squares of the grid: very many, and no catchments.
  if (geography === undefined || geography.cells !== undefined) return 1;
  const count = catchmentCount(geography.catchments);
  return count <= ALL_COUNTERS / pools ? count : 1;
}

/** Equal for pools whose decks are the same as long as their addresses stand the same. */
function shapeKey({ geography, answers, maxShare, ttl, seats }: PoolPlan): string {
  return [
    geography,
    answers,
    maxShare,
    ttl,
    ...seats.map((seat) => `${seat.weight}x${seat.addresses.length}`),
  ].join(' ');
}
