/**
 * The dealer draws the decks of pools whenever verdicts change. What was drawn is kept: a deck whose counts stay the same
 * is not drawn again, and pools that differ in nothing but addresses' values share theirs. It works for as long at a time as
 * it is told to, and can lay out a pool's table at any time.
 */
import type { PoolTable } from '../answer/table.js';
import type { Random } from '../random.js';
import type { Standing } from '../select/health-view.js';
import { createArena } from './arena.js';
import { catchmentCount } from './catchment-store.js';
import { type LaidDecks, openDeal, type Pace, type PoolDeal } from './deal-pool.js';
import type { Geography } from './geography.js';
import { poolAddresses } from './pool-addresses.js';
import type { PoolPlan } from './pool-plan.js';
import { indexSeats } from './seat-index.js';

/** Numbers on all the cards of all pools, together, and on those of one: where there are too many decks they get fewer. */
const ALL_CARDS = 32 << 20;
const POOL_CARDS = 4 << 20;
/** Counters of all pools together: a status report adds them up for every worker, and lists them. */
const ALL_COUNTERS = 1 << 16;

export interface Dealer {
  /**
   * From now on the addresses of a pool, by number, stand so, in the order of its seats. Who is dead leaves its decks; what
   * else follows is left to `goOn`, as is what is not done when it is enough. Gives whether those who waited before kept
   * their places, and so marks of this pool their meaning.
   */
  take(number: number, standing: readonly Standing[], pace?: Pace, isEnough?: () => boolean): boolean;
  /** Draws decks until it is enough or all are drawn; those first that must still lose somebody dead. */
  goOn(isEnough: () => boolean): void;
  /** Whether decks are still to be drawn. */
  isBusy(): boolean;
  /** The table of a pool, the same object as before where nothing changed; undefined until all of its decks are there. */
  table(number: number): PoolTable | undefined;
  /** Whether the dead have left all decks of a pool. */
  isBridged(number: number): boolean;
  /** A mark for what is to be drawn for a pool now, which `isPast` says to be behind when all that is drawn. */
  mark(number: number): number;
  isPast(number: number, mark: number): boolean;
  /** Takes, goes on until all is drawn, and gives the table. */
  deal(number: number, standing: readonly Standing[], pace?: Pace): PoolTable;
}

/** A deal, and how many pools answer from it. */
interface Shared {
  readonly key: string;
  readonly deal: PoolDeal;
  readonly users: Set<number>;
}

/** A dealer for these pools. */
export function createDealer(
  plans: readonly PoolPlan[],
  geographies: readonly Geography[],
  random: Random,
): Dealer {
  const shapes = plans.map(shapeKey);
  const budget = Math.min(POOL_CARDS, ALL_CARDS / Math.max(1, new Set(shapes).size));
  const arena = createArena();
  const addresses = plans.map((plan) => poolAddresses(plan, arena));
  const seatIndexes = geographies.map(({ catchments }) => indexSeats(catchments));
  const counters = plans.map((plan) => countersOf(geographies[plan.geography], plans.length));
  /** By what they are dealt for. Who is taken anew goes to the end: others have their turn first. */
  const deals = new Map<string, Shared>();
  /** By pool. */
  const own: (Shared | undefined)[] = plans.map(() => undefined);
  let laidOut = 0;
  const tables: ({ readonly laid: LaidDecks; readonly table: PoolTable } | undefined)[] = [];

  const known = (number: number) => {
    const plan = plans[number];
    const geography = plan === undefined ? undefined : geographies[plan.geography];
    const seatIndex = plan === undefined ? undefined : seatIndexes[plan.geography];
    const values = addresses[number];
    if (plan === undefined || geography === undefined || seatIndex === undefined || values === undefined) {
      throw new RangeError(`no pool has number ${number}`);
    }
    return { plan, geography, seatIndex, values };
  };

  const dealOf = (number: number): PoolDeal => {
    const shared = own[number];
    if (shared === undefined) throw new RangeError(`pool ${number} was not dealt yet`);
    return shared.deal;
  };

  /** The deal that a pool goes on with when its addresses stand otherwise: its own, or a copy where others need that. */
  const moved = (shared: Shared, standing: readonly Standing[], pace: Pace): PoolDeal => {
    const deal = shared.users.size === 0 ? shared.deal : shared.deal.fork();
    deal.stand(standing, pace);
    return deal;
  };

  const take: Dealer['take'] = (number, standing, pace = {}, isEnough = () => false) => {
    const { plan, geography, seatIndex } = known(number);
    const key = [shapes[number], standing, pace.growth, pace.lifetimes].join(' ');
    const before = own[number];
    if (before?.key === key) return true;
    before?.users.delete(number);
    if (before?.users.size === 0) deals.delete(before.key);
    const joined = deals.get(key);
    const deal =
      joined?.deal ??
      (before === undefined
        ? openDeal({ plan, geography, seatIndex, budget, random, arena }, standing, pace)
        : moved(before, standing, pace));
    const shared = joined ?? { key, deal, users: new Set() };
    shared.users.add(number);
    deals.set(key, shared);
    own[number] = shared;
    deal.goOn(() => !deal.line.isUrgent() || isEnough());
    return joined === undefined;
  };

  const table: Dealer['table'] = (number) => {
    const { plan, geography, values } = known(number);
    const laid = dealOf(number).lay();
    if (laid === undefined) return undefined;
    const last = tables[number];
    if (last?.laid === laid) return last.table;
    const { zone, owner, family } = plan;
    const { deckOf, decks, cards } = laid;
    const next: PoolTable = {
      ...geography.table,
      name: { zone, owner, family },
      counted: counters[number] ?? 1,
      deckOf,
      decks,
      cards,
      ...values,
    };
    if (last === undefined) laidOut++;
    if (laidOut === plans.length) arena.close();
    tables[number] = { laid, table: next };
    return next;
  };

  return {
    take,
    table,
    goOn(isEnough) {
      for (const { deal } of deals.values()) deal.goOn(() => !deal.line.isUrgent() || isEnough());
      for (const { deal } of deals.values()) deal.goOn(isEnough);
    },
    isBusy: () => [...deals.values()].some(({ deal }) => deal.line.length() > 0),
    isBridged: (number) => !dealOf(number).line.isUrgent(),
    mark: (number) => dealOf(number).line.end(),
    isPast: (number, mark) => dealOf(number).line.isPast(mark),
    deal(number, standing, pace) {
      take(number, standing, pace);
      dealOf(number).goOn(() => false);
      const dealt = table(number);
      if (dealt === undefined) throw new RangeError(`pool ${number} is dealt and not whole`);
      return dealt;
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
