/**
 * One catchment's part of a deal: who is drawn for its clients and how often, and what would have to change for that to
 * be different. The last is what makes a verdict quick in a pool of a thousand mirrors: nearly all catchments need not be
 * looked at again, since they have their fill before they come to the mirror.
 */
import { hash } from 'node:crypto';
import type { Band } from '../select/bands.js';
import { deckCounts } from '../select/deck.js';
import type { Standing } from '../select/health-view.js';
import { enoughFor, selectFrom } from '../select/selection.js';
import { GROWN } from '../select/slow-start.js';
import type { Hand } from './hands.js';
import type { PoolPlan } from './pool-plan.js';

/** Cards in a deck where there is room: a probability is kept to within a part in 720 (which n! divides up to n = 6). */
export const CARDS = 720;

export interface CatchmentDeal {
  /** Equal for equal decks: cards, and the records of each mirror with the number of cards that it is on. */
  readonly key: string;
  /** Addresses on a card. */
  readonly n: number;
  readonly cards: number;
  /** The seats that are drawn, and on how many cards each is. */
  readonly seats: readonly number[];
  readonly counts: Uint32Array;
  /** How many bands were looked at: no mirror behind them has a part in it, be it up or down. */
  readonly reach: number;
}

/** A pool's seats as they stand, laid out once for all of its catchments. */
export interface Table {
  readonly answers: number;
  readonly maxShare: number;
  readonly hands: readonly Hand[];
  /** By seat, a number that is the same for the same records. */
  readonly marks: readonly number[];
  /** By seat, as selecting takes them. */
  readonly standing: readonly Standing[];
  readonly weights: readonly number[];
  /** Absent: all are grown. */
  readonly growth?: readonly number[];
}

/** The table of a pool; `marks` are those of the records that were seen before, and new ones are added. */
export function layTable(
  { answers, maxShare, seats }: PoolPlan,
  hands: readonly Hand[],
  marks: Map<string, number>,
): Table {
  const growing = hands.some(({ growth }) => growth < GROWN);
  return {
    answers,
    maxShare,
    hands,
    ...(growing && { growth: hands.map(({ growth }) => growth) }),
    marks: hands.map(({ records }) => {
      const text = records.join();
      const mark = marks.get(text) ?? marks.size;
      marks.set(text, mark);
      return mark;
    }),
    standing: hands.map(({ standing }) => standing),
    weights: seats.map(({ weight }) => weight),
  };
}

/** Makes the deal of a catchment with decks of `cards`, or more where more mirrors than that may be drawn. */
export function dealCatchment(bands: readonly Band[], table: Table, cards: number): CatchmentDeal {
  const { answers, maxShare, standing, growth } = table;
  const { n, probability } = selectFrom({ ...table, bands });
  const enough = enoughFor(answers, maxShare);
  const seats: number[] = [];
  const drawn: number[] = [];
  let reach = 0;
  for (let up = 0; reach < bands.length && up < enough; reach++) {
    for (const seat of bands[reach]?.members ?? []) {
      if (standing[seat] === 'up' && (growth?.[seat] ?? GROWN) === GROWN) up++;
      const p = probability[seat] ?? 0;
      if (p === 0) continue;
      seats.push(seat);
      drawn.push(p);
    }
  }
  const size = n === 0 ? 0 : deckSizeFor(drawn, n, cards);
  const counts = n === 0 ? new Uint32Array(0) : deckCounts(drawn, n, size);
  return { key: keyOf(n, size, seats, counts, table), n, cards: size, seats, counts, reach };
}

/**
 * How many cards keep the shares: everybody who may be drawn is on one card at least, and where that is more than is due
 * to the least of them, it is at the others' cost. So there are as many cards as give the least its one, up to CARDS.
 */
function deckSizeFor(drawn: readonly number[], n: number, cards: number): number {
  let least = 1;
  for (const p of drawn) least = Math.min(least, p);
  return Math.max(cards, Math.ceil(drawn.length / n), Math.min(CARDS, Math.ceil(1 / least - 1e-6)));
}

/** So many octets are kept as they are; of more, a digest. */
const LONGEST_KEY = 96;

function keyOf(
  n: number,
  size: number,
  seats: readonly number[],
  counts: Uint32Array,
  { marks }: Table,
): string {
  // By mark, since the same mirrors may come in another order elsewhere. A mark and a count are below 2^26 each.
  const words = new Float64Array(seats.length + 1);
  for (let i = 0; i < seats.length; i++) {
    words[i + 1] = (marks[seats[i] ?? 0] ?? 0) * 2 ** 26 + (counts[i] ?? 0);
  }
  words.subarray(1).sort();
  words[0] = n * 2 ** 26 + size;
  const octets = Buffer.from(words.buffer);
  return octets.length > LONGEST_KEY ? hash('sha256', octets, 'binary') : octets.toString('latin1');
}
