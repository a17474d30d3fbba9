/**
 * All decks of a pool as its addresses stand. Catchments with equal counts share a deck, and whatever a change of standing
 * does not touch stays as it is. What it touches is dealt anew catchment by catchment, as long as the caller likes at a time:
 * in a pool of thousands that takes seconds, and the next verdict can't wait so long. Until their turn comes, decks with a
 * dead mirror are mended, and a catchment whose deck is beyond that is dealt before all others. So what is laid out is true
 * at any time, and exact when nobody waits any more.
 */
import type { PoolTable } from '../answer/table.js';
import type { Random } from '../random.js';
import type { Standing } from '../select/health-view.js';
import type { Arena } from './arena.js';
import { CARDS, dealCatchment, layTable, type Table } from './catchment-deal.js';
import { bandsOfCatchment, type Catchments, catchmentCount, listedBands } from './catchment-store.js';
import { createDeckShelf, type DeckShelf } from './deck-shelf.js';
import { type Hurry, hurriesOf, timeDecks } from './deck-times.js';
import { drawRecords } from './draw-records.js';
import type { Geography } from './geography.js';
import { changedSeats, type Hand, seatHands, unfitRecords } from './hands.js';
import type { PoolPlan } from './pool-plan.js';
import { catchmentsWith, EVERYBODY, type SeatIndex } from './seat-index.js';
import { isOnCards, mendDeck } from './swift-deal.js';
import { createWaitingLine, type WaitingLine } from './waiting-line.js';

/** Fewer cards than this would not keep shares, however few the mirrors. */
const FEWEST_CARDS = 60;

/** So few catchments are dealt within some milliseconds, and then there is nothing to bridge. */
const AT_ONCE = 100;

/** Room for new decks beside those that are there, where there are many. */
const SPARE = 1;

/** What of a pool's addresses changes more often than how they stand; by address, as in Availability. */
export interface Pace {
  readonly growth?: readonly number[];
  readonly lifetimes?: readonly number[];
}

/** As in PoolTable. */
export type LaidDecks = Pick<PoolTable, 'deckOf' | 'decks' | 'cards'>;

export interface PoolDeal {
  /** From now on the addresses stand so. */
  stand(standing: readonly Standing[], pace: Pace): void;
  /** Deals those who wait, one after the other, until it is enough or nobody waits. */
  goOn(isEnough: () => boolean): void;
  /** Those who wait. */
  readonly line: Pick<WaitingLine, 'length' | 'isUrgent' | 'end' | 'isPast'>;
  /** The decks as they are now, in shared memory; the same arrays as before where nothing changed. Undefined: not all are there. */
  lay(): LaidDecks | undefined;
  /** Another deal that begins with what this one has come to. */
  fork(): PoolDeal;
}

export interface DealQuestion {
  readonly plan: PoolPlan;
  readonly geography: Pick<Geography, 'catchments' | 'cells'>;
  /** Of the geography's catchments. */
  readonly seatIndex: SeatIndex;
  /** How many numbers the cards may have together, as long as shares can be kept. */
  readonly budget: number;
  readonly random: Random;
  readonly arena: Arena;
}

interface State {
  hands: readonly Hand[];
  table: Table;
  hurries: readonly Hurry[];
  /** By catchment, its deck, and how many of its bands were looked at, or EVERYBODY. */
  readonly dealt: Uint32Array;
  readonly reaches: Uint32Array;
  readonly shelf: DeckShelf;
  readonly line: WaitingLine;
  /** By catchment: whether it was dealt at all, and how many were not. */
  readonly known: Uint8Array;
  unknown: number;
  laid: LaidDecks | undefined;
}

/** The deal of a pool whose addresses stand so; everybody waits. */
export function openDeal(question: DealQuestion, standing: readonly Standing[], pace: Pace): PoolDeal {
  const { plan, geography, budget } = question;
  const count = catchmentCount(geography.catchments);
  const marks = new Map<string, number>();
  const hands = seatHands(plan, standing, pace.growth);
  const table = layTable(plan, hands, marks);
  const line = createWaitingLine(count);
  for (let catchment = 0; catchment < count; catchment++) line.add(catchment, false);
  return dealOf(question, deckSize(geography.catchments, table, budget), marks, {
    hands,
    table,
    hurries: hurriesOf(plan, standing, pace.lifetimes),
    dealt: new Uint32Array(count),
    reaches: new Uint32Array(count),
    shelf: createDeckShelf(question.arena),
    line,
    known: new Uint8Array(count),
    unknown: count,
    laid: undefined,
  });
}

function dealOf(question: DealQuestion, size: number, marks: Map<string, number>, state: State): PoolDeal {
  const { plan, geography, seatIndex, random, arena } = question;
  const { catchments, cells } = geography;
  const { dealt, reaches, shelf, line, known } = state;

  /** Mends the decks of these catchments, and has them wait; those urgently that answer the dead until their turn. */
  function bridge(touched: readonly number[]): void {
    const unfit = unfitRecords(state.hands);
    const looks = new Int8Array(shelf.count());
    for (const catchment of touched) {
      const deck = dealt[catchment] ?? 0;
      if (looks[deck] === 0) looks[deck] = isFit(deck, unfit) ? 1 : -1;
      line.add(catchment, looks[deck] === -1);
    }
  }

  /** Whether the deck has addresses, and none that is unfit and could not be replaced. */
  function isFit(deck: number, unfit: Uint8Array): boolean {
    const { n } = shelf.place(deck);
    if (n === 0) return false;
    if (!isOnCards(shelf.cards(), shelf.place(deck), unfit)) return true;
    shelf.renew(deck);
    return mendDeck(shelf.cards(), shelf.place(deck), unfit, random);
  }

  function dealNext(catchment: number): void {
    const deal = dealCatchment(bandsOfCatchment(catchments, catchment), state.table, size);
    const deck = shelf.find(deal.key) ?? shelf.add(deal.key, deal.n, drawRecords(deal, state.hands, random));
    reaches[catchment] = deal.reach > listedBands(catchments, catchment) ? EVERYBODY : deal.reach;
    shelf.take(deck);
    if (known[catchment] === 1) shelf.leave(dealt[catchment] ?? 0);
    else state.unknown--;
    known[catchment] = 1;
    dealt[catchment] = deck;
    state.laid = undefined;
  }

  return {
    line,
    goOn(isEnough) {
      while (line.length() > 0 && !isEnough()) {
        const catchment = line.next();
        if (catchment !== undefined) dealNext(catchment);
        if (line.length() === 0) shelf.tidy(dealt.length > AT_ONCE ? SPARE : 0);
      }
    },
    stand(standing, { growth, lifetimes }) {
      const before = state.hands;
      state.hands = seatHands(plan, standing, growth);
      state.hurries = hurriesOf(plan, standing, lifetimes);
      state.laid = undefined;
      const changed = changedSeats(before, state.hands);
      if (changed.length === 0) return;
      state.table = layTable(plan, state.hands, marks);
      const touched = catchmentsWith(changed, reaches, seatIndex);
      if (touched.length > AT_ONCE) bridge(touched);
      else for (const catchment of touched) dealNext(catchment);
    },
    lay() {
      if (state.unknown > 0) return undefined;
      if (state.laid === undefined) {
        const decks = arena.uint32(shelf.words());
        timeDecks(decks, { catchments, dealt, reaches }, plan.ttl, state.hurries);
        const numbers = cells === undefined ? dealt : cells.map((cell) => dealt[cell] ?? 0);
        const deckOf = shelf.count() > 0x10000 ? arena.uint32(numbers) : arena.uint16(numbers.length);
        deckOf.set(numbers);
        state.laid = { deckOf, decks, cards: shelf.cards() };
      }
      return state.laid;
    },
    fork: () =>
      dealOf(question, size, marks, {
        ...state,
        dealt: dealt.slice(),
        reaches: reaches.slice(),
        known: known.slice(),
        shelf: shelf.fork(),
        line: line.fork(),
      }),
  };
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
