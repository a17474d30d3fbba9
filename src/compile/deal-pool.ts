/**
 * All decks of a pool as its addresses stand. Catchments with equal counts share a deck, and whatever a change of standing
 * does not touch is taken over from the deal before.
 */
import { DECK } from '../answer/table.js';
import { below, type Random, shuffle } from '../random.js';
import { dealDeck } from '../select/deck.js';
import type { Standing } from '../select/health-view.js';
import { type CatchmentDeal, dealCatchment, isTouched, layTable, type Table } from './catchment-deal.js';
import type { Geography } from './geography.js';
import { changedSeats, type Hand, seatHands } from './hands.js';
import type { PoolPlan } from './pool-plan.js';
import { newSharedUint16, sharedUint32 } from './shared-memory.js';

/** Cards in a deck: a probability is kept to within a part in 720 (which n! divides up to n = 6). */
const CARDS = 720;
/** Fewer cards than this would not keep shares. */
const FEWEST_CARDS = 60;

/** A pool's decks, apart from what is different in pools of the same shape. */
export interface DealtPool {
  /** As in PoolTable. */
  readonly deckOf: Uint32Array;
  readonly decks: Uint32Array;
  readonly cards: Uint16Array;
  readonly hands: readonly Hand[];
  readonly deals: readonly CatchmentDeal[];
  /** The cards of each deck, by the key of the deals that it is for. */
  readonly drawn: ReadonlyMap<string, Uint16Array>;
  /** How many cards a deck has in this pool. */
  readonly size: number;
}

/** Deals a pool. `budget` is how many numbers its cards may have together, as long as shares can be kept. */
export function dealPool(
  plan: PoolPlan,
  geography: Geography,
  standing: readonly Standing[],
  before: DealtPool | undefined,
  budget: number,
  random: Random,
): DealtPool {
  const hands = seatHands(plan, standing);
  const table = layTable(plan, hands);
  const { deals, size } =
    before === undefined ? dealAll(table, geography, budget) : redeal(table, geography, before);
  const drawn = new Map<string, Uint16Array>();
  const numbers = new Map<string, number>();
  const words: number[] = [];
  let used = 0;
  const deckOf = deals.map((deal) => {
    const known = numbers.get(deal.key);
    if (known !== undefined) return known;
    drawn.set(deal.key, before?.drawn.get(deal.key) ?? drawRecords(deal, hands, random));
    const number = numbers.size;
    numbers.set(deal.key, number);
    words.push(used, deal.cards, deal.n, plan.ttl);
    used += deal.cards * deal.n;
    return number;
  });
  if (words.length !== numbers.size * DECK.WORDS) throw new RangeError('a deck has DECK.WORDS words');
  const cards = newSharedUint16(used);
  let at = 0;
  for (const [key, deck] of drawn) {
    cards.set(deck, at);
    // A view of the cards that are served takes no memory of its own.
    drawn.set(key, cards.subarray(at, at + deck.length));
    at += deck.length;
  }
  const { cells } = geography;
  return {
    deckOf: sharedUint32(cells === undefined ? deckOf : cells.map((catchment) => deckOf[catchment] ?? 0)),
    decks: sharedUint32(words),
    cards,
    hands,
    deals,
    drawn,
    size,
  };
}

type Deals = Pick<DealtPool, 'deals' | 'size'>;

function dealAll(table: Table, { catchments }: Geography, budget: number): Deals {
  const deals = catchments.map((bands) => dealCatchment(bands, table, CARDS));
  const distinct = new Set(deals.map(({ key }) => key)).size;
  const size = Math.max(FEWEST_CARDS, Math.floor(budget / (distinct * table.answers)));
  if (size >= CARDS) return { deals, size: CARDS };
  return { deals: catchments.map((bands) => dealCatchment(bands, table, size)), size };
}

function redeal(table: Table, { catchments }: Geography, before: DealtPool): Deals {
  const { hands } = table;
  const changed = new Set(changedSeats(before.hands, hands));
  let lost = 0;
  for (const seat of changed) {
    if (before.hands[seat]?.standing === 'up' && hands[seat]?.standing !== 'up') lost++;
  }
  const deals = catchments.map((bands, i) => {
    const deal = before.deals[i];
    if (deal === undefined || isTouched(deal, bands, changed, lost, table)) {
      return dealCatchment(bands, table, before.size);
    }
    return lost === 0 ? deal : { ...deal, left: deal.left - lost };
  });
  return { deals, size: before.size };
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
