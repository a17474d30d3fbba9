/**
 * All decks of a pool as its addresses stand. Catchments with equal counts share a deck, and whatever a change of standing
 * does not touch is taken over from the deal before.
 */
import { DECK } from '../answer/table.js';
import { below, type Random, shuffle } from '../random.js';
import { dealDeck } from '../select/deck.js';
import type { Standing } from '../select/health-view.js';
import { CARDS, type CatchmentDeal, dealCatchment, layTable, type Table } from './catchment-deal.js';
import { bandsOfCatchment, type Catchments, catchmentCount, isAmong } from './catchment-store.js';
import { createDeckStack } from './deck-stack.js';
import type { Geography } from './geography.js';
import { changedSeats, type Hand, seatHands } from './hands.js';
import type { PoolPlan } from './pool-plan.js';
import { sharedUint32 } from './shared-memory.js';

/** Fewer cards than this would not keep shares, however few the mirrors. */
const FEWEST_CARDS = 60;

/** A pool's decks, apart from what is different in pools of the same shape. */
export interface DealtPool {
  /** As in PoolTable. */
  readonly deckOf: Uint32Array;
  readonly decks: Uint32Array;
  readonly cards: Uint16Array;
  readonly hands: readonly Hand[];
  /** By catchment, its deck and how many of its bands were looked at. */
  readonly dealt: Uint32Array;
  readonly reaches: Uint32Array;
  /** By deck, the key of the deals that it is for. */
  readonly keys: readonly string[];
  /** How many cards a deck has in this pool. */
  readonly size: number;
  readonly marks: Map<string, number>;
}

/** What of a pool's addresses changes more often than how they stand; by address, as in Availability. */
export interface Pace {
  readonly growth?: readonly number[];
  readonly lifetimes?: readonly number[];
}

/** Deals a pool. `budget` is how many numbers its cards may have together, as long as shares can be kept. */
export function dealPool(
  plan: PoolPlan,
  { catchments, cells }: Geography,
  standing: readonly Standing[],
  { growth, lifetimes }: Pace,
  before: DealtPool | undefined,
  budget: number,
  random: Random,
): DealtPool {
  const hands = seatHands(plan, standing, growth);
  const marks = before?.marks ?? new Map<string, number>();
  const table = layTable(plan, hands, marks);
  const count = catchmentCount(catchments);
  const size = before?.size ?? deckSize(catchments, table, budget);
  const changed = new Uint8Array(hands.length);
  if (before !== undefined) for (const seat of changedSeats(before.hands, hands)) changed[seat] = 1;

  const hurries = lifetimes === undefined ? [] : hurriesOf(plan, standing, lifetimes);
  if (before !== undefined && !changed.includes(1)) {
    // How long answers may be kept is all that is new: the cards stay where they are.
    return { ...before, decks: timeDecks(before, catchments, plan.ttl, hurries) };
  }

  const dealt = new Uint32Array(count);
  const reaches = new Uint32Array(count);
  const known = new Map<string, number>(before?.keys.map((key, deck) => [key, deck]));
  const decks = createDeckStack(plan.ttl);
  for (let catchment = 0; catchment < count; catchment++) {
    const reach = before?.reaches[catchment] ?? 0;
    if (before !== undefined && !isAmong(catchments, catchment, reach, changed)) {
      reaches[catchment] = reach;
      dealt[catchment] = decks.keep(before, before.dealt[catchment] ?? 0);
      continue;
    }
    const deal = dealCatchment(bandsOfCatchment(catchments, catchment), table, size);
    reaches[catchment] = deal.reach;
    const old = known.get(deal.key);
    dealt[catchment] =
      before !== undefined && old !== undefined
        ? decks.keep(before, old)
        : decks.add(deal, () => drawRecords(deal, hands, random));
  }
  const served = decks.lay();
  return {
    ...served,
    decks:
      hurries.length === 0
        ? served.decks
        : timeDecks({ ...served, dealt, reaches }, catchments, plan.ttl, hurries),
    deckOf: sharedUint32(cells === undefined ? dealt : cells.map((cell) => dealt[cell] ?? 0)),
    hands,
    dealt,
    reaches,
    size,
    marks,
  };
}

/** The seats that may change soon, by how soon: the soonest first. */
interface Hurry {
  readonly seconds: number;
  /** By seat. */
  readonly flags: Uint8Array;
}

function hurriesOf(
  { seats, ttl }: PoolPlan,
  standing: readonly Standing[],
  lifetimes: readonly number[],
): readonly Hurry[] {
  const bySeconds = new Map<number, Uint8Array>();
  let record = 0;
  for (const [seat, { addresses }] of seats.entries()) {
    for (let i = 0; i < addresses.length; i++, record++) {
      const seconds = lifetimes[record] ?? ttl;
      if (seconds >= ttl || standing[record] === 'off') continue;
      const flags = bySeconds.get(seconds) ?? new Uint8Array(seats.length);
      flags[seat] = 1;
      bySeconds.set(seconds, flags);
    }
  }
  return [...bySeconds].map(([seconds, flags]) => ({ seconds, flags })).sort((a, b) => a.seconds - b.seconds);
}

/** The decks with the TTL that the soonest change of anybody in reach of their catchments leaves. */
function timeDecks(
  { decks, dealt, reaches }: Pick<DealtPool, 'decks' | 'dealt' | 'reaches'>,
  catchments: Catchments,
  ttl: number,
  hurries: readonly Hurry[],
): Uint32Array {
  const timed = sharedUint32(decks);
  for (let at = DECK.TTL; at < timed.length; at += DECK.WORDS) timed[at] = ttl;
  if (hurries.length === 0) return timed;
  for (const [catchment, deck] of dealt.entries()) {
    const at = deck * DECK.WORDS + DECK.TTL;
    const reach = reaches[catchment] ?? 0;
    const soonest = hurries.find(({ flags }) => isAmong(catchments, catchment, reach, flags));
    if (soonest !== undefined) timed[at] = Math.min(timed[at] ?? ttl, soonest.seconds);
  }
  return timed;
}

/** As many cards as the budget allows: catchments with equal deals share a deck, so the deals are made to be counted. */
function deckSize(catchments: Catchments, table: Table, budget: number): number {
  const count = catchmentCount(catchments);
  const cardsFor = (decks: number): number => Math.floor(budget / (decks * table.answers));
  if (cardsFor(count) >= CARDS) return CARDS;
  const distinct = new Set<string>();
  for (let i = 0; i < count; i++) {
    distinct.add(dealCatchment(bandsOfCatchment(catchments, i), table, CARDS).key);
    if (cardsFor(distinct.size) <= FEWEST_CARDS) return FEWEST_CARDS;
  }
  return Math.min(CARDS, cardsFor(distinct.size));
}

/** Draws a deck of seats and turns it into records: a mirror with several addresses gives each its turn. */
function drawRecords(
  { n, cards, seats, counts }: CatchmentDeal,
  hands: readonly Hand[],
  random: Random,
): Uint16Array {
  if (n === 0) return new Uint16Array(0);
  const deck = dealDeck(counts, n, cards, random);
  const turns = seats.map((seat) => {
    const order = [...(hands[seat]?.records ?? [])];
    shuffle(random, order);
    return { order, next: below(random, Math.max(1, order.length)) };
  });
  return deck.map((drawn) => {
    const turn = turns[drawn];
    if (turn === undefined) return 0;
    return turn.order[turn.next++ % turn.order.length] ?? 0;
  });
}
