/**
 * The dealer draws the decks of pools whenever verdicts change. What was drawn is kept: a deck whose counts stay the same
 * is not drawn again, and pools that differ in nothing but addresses' values share theirs.
 */
import { DECK, type PoolTable } from '../answer/table.js';
import { below, type Random, shuffle } from '../random.js';
import { dealDeck, deckCounts } from '../select/deck.js';
import type { Standing } from '../select/health-view.js';
import { selectFrom } from '../select/selection.js';
import type { Geography } from './geography.js';
import type { PoolPlan } from './pool-plan.js';
import { poolRecords } from './pool-records.js';
import { sharedUint16, sharedUint32 } from './shared-memory.js';

/** Cards in a deck: a probability is kept to within a part in 720 (which n! divides up to n = 6). */
const CARDS = 720;
/** Numbers on all the cards of all pools, together; where there are too many decks for it they get fewer cards. */
const CARD_BUDGET = 32 << 20;
/** Fewer cards than this would not keep shares. */
const FEWEST_CARDS = 60;

/** A pool's decks, apart from what is different in pools of the same shape. */
interface Dealt {
  readonly deckOf: Uint32Array;
  readonly decks: Uint32Array;
  readonly cards: Uint16Array;
  /** The cards of each deck by what was drawn, to be used again. */
  readonly drawn: ReadonlyMap<string, Uint16Array>;
}

export interface Dealer {
  /** The table of a pool by number, given each address's standing in the order of its seats. */
  deal(number: number, standing: readonly Standing[]): PoolTable;
}

/** A dealer for these pools. */
export function createDealer(
  plans: readonly PoolPlan[],
  geographies: readonly Geography[],
  random: Random,
): Dealer {
  const budget = CARD_BUDGET / Math.max(1, new Set(plans.map(shapeKey)).size);
  const records = plans.map(poolRecords);
  /** What each pool answers from now, by what it was dealt for. */
  const keys: (string | undefined)[] = plans.map(() => undefined);
  const dealt = new Map<string, { hand: Dealt; users: number }>();

  const release = (key: string | undefined): void => {
    const entry = key === undefined ? undefined : dealt.get(key);
    if (entry === undefined || key === undefined) return;
    entry.users--;
    if (entry.users === 0) dealt.delete(key);
  };

  return {
    deal(number, standing) {
      const plan = plans[number];
      const geography = plan === undefined ? undefined : geographies[plan.geography];
      const record = records[number];
      if (plan === undefined || geography === undefined || record === undefined) {
        throw new RangeError(`no pool has number ${number}`);
      }
      const key = `${shapeKey(plan)} ${standing.join()}`;
      const before = keys[number];
      const known = dealt.get(key);
      const entry = known ?? {
        hand: dealPool(plan, geography, standing, dealt.get(before ?? '')?.hand.drawn, budget, random),
        users: 0,
      };
      dealt.set(key, entry);
      entry.users++;
      release(before);
      keys[number] = key;
      const { deckOf, decks, cards } = entry.hand;
      return { ...geography.table, deckOf, decks, cards, ...record };
    },
  };
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

function dealPool(
  plan: PoolPlan,
  { catchments, cells }: Geography,
  standing: readonly Standing[],
  drawnBefore: ReadonlyMap<string, Uint16Array> | undefined,
  budget: number,
  random: Random,
): Dealt {
  const hands = seatHands(plan, standing);
  const weights = plan.seats.map(({ weight }) => weight);
  const standings = hands.map((hand) => hand.standing);
  const selections = catchments.map((bands) =>
    selectFrom({ bands, standing: standings, weights, answers: plan.answers, maxShare: plan.maxShare }),
  );
  const distinct = new Set(selections.map(({ probability }) => probability.join())).size;
  const cards = Math.max(FEWEST_CARDS, Math.min(CARDS, Math.floor(budget / (distinct * plan.answers))));

  const drawn = new Map<string, Uint16Array>();
  const numbers = new Map<string, number>();
  const words: number[] = [];
  let used = 0;
  const deckOf = selections.map(({ n, probability }) => {
    const drawable = probability.reduce((sum, p) => sum + (p > 0 ? 1 : 0), 0);
    // Everybody who may be drawn is on one card at least.
    const size = n === 0 ? 0 : Math.max(cards, Math.ceil(drawable / n));
    const counts = n === 0 ? new Uint32Array(0) : deckCounts(probability, n, size);
    const key = drawKey(n, size, counts, hands);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const deck = drawnBefore?.get(key) ?? drawRecords(counts, n, size, hands, random);
    drawn.set(key, deck);
    numbers.set(key, numbers.size);
    words.push(used, size, n, plan.ttl);
    used += deck.length;
    return numbers.size - 1;
  });
  const cardNumbers = new Uint16Array(used);
  let at = 0;
  for (const deck of drawn.values()) {
    cardNumbers.set(deck, at);
    at += deck.length;
  }
  if (words.length !== numbers.size * DECK.WORDS) throw new RangeError('a deck has DECK.WORDS words');
  return {
    deckOf: sharedUint32(cells === undefined ? deckOf : cells.map((catchment) => deckOf[catchment] ?? 0)),
    decks: sharedUint32(words),
    cards: sharedUint16(cardNumbers),
    drawn,
  };
}

/** What a seat brings to the table: how it stands, and the numbers of the records that may be answered for it. */
interface Hand {
  readonly standing: Standing;
  readonly records: readonly number[];
}

const BEST_FIRST: readonly Standing[] = ['up', 'down', 'new', 'off'];

/** A mirror stands as its best address does, and only its addresses that stand so are answered. */
export function seatHands(plan: Pick<PoolPlan, 'seats'>, standing: readonly Standing[]): Hand[] {
  let record = 0;
  return plan.seats.map(({ addresses }) => {
    const own = addresses.map(() => ({ record, standing: standing[record++] ?? 'off' }));
    const best = BEST_FIRST.find((wanted) => own.some((address) => address.standing === wanted)) ?? 'off';
    return {
      standing: best,
      records: own.filter((address) => address.standing === best).map((address) => address.record),
    };
  });
}

function drawKey(n: number, size: number, counts: Uint32Array, hands: readonly Hand[]): string {
  const parts = [`${n} ${size}`];
  for (const [seat, count] of counts.entries()) {
    if (count > 0) parts.push(`${seat}:${count}:${hands[seat]?.records.join('+')}`);
  }
  return parts.join(' ');
}

/** Draws a deck of seats and turns it into records: a mirror with several addresses gives each its turn. */
function drawRecords(
  counts: Uint32Array,
  n: number,
  size: number,
  hands: readonly Hand[],
  random: Random,
): Uint16Array {
  if (n === 0) return new Uint16Array(0);
  const deck = dealDeck(counts, n, size, random);
  const turns = hands.map(({ records }) => {
    const order = [...records];
    shuffle(random, order);
    return { order, next: below(random, Math.max(1, order.length)) };
  });
  return deck.map((seat) => {
    const turn = turns[seat];
    if (turn === undefined) return 0;
    return turn.order[turn.next++ % turn.order.length] ?? 0;
  });
}
