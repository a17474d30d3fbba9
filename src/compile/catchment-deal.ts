/**
 * One catchment's part of a deal: who is drawn for its clients and how often, and what would have to change for that to
 * be different. The last is what makes a verdict quick in a pool of a thousand mirrors: nearly all catchments need not be
 * looked at again, since they have their fill before they come to the mirror.
 */
import type { Band } from '../select/bands.js';
import { deckCounts } from '../select/deck.js';
import type { Standing } from '../select/health-view.js';
import { selectFrom } from '../select/selection.js';
import type { Hand } from './hands.js';
import type { PoolPlan } from './pool-plan.js';

export interface CatchmentDeal {
  /** Equal for equal decks: cards, and the records of each mirror with the number of cards that it is on. */
  readonly key: string;
  /** Addresses on a card. */
  readonly n: number;
  readonly cards: number;
  /** The seats that are drawn, and on how many cards each is. */
  readonly seats: readonly number[];
  readonly counts: Uint32Array;
  /** The last band that has a part in it. */
  readonly reach: number;
  /** How many mirrors are up for these clients, or fewer: a bound that is not raised until the deal is made anew. */
  readonly left: number;
}

/** A pool's seats as they stand, laid out once for all of its catchments. */
export interface Table {
  readonly answers: number;
  readonly maxShare: number;
  readonly hands: readonly Hand[];
  /** By seat, as selecting takes them. */
  readonly standing: readonly Standing[];
  readonly weights: readonly number[];
}

export function layTable({ answers, maxShare, seats }: PoolPlan, hands: readonly Hand[]): Table {
  return {
    answers,
    maxShare,
    hands,
    standing: hands.map(({ standing }) => standing),
    weights: seats.map(({ weight }) => weight),
  };
}

/** Makes the deal of a catchment with decks of `cards`, or more where more mirrors than that may be drawn. */
export function dealCatchment(bands: readonly Band[], table: Table, cards: number): CatchmentDeal {
  const { hands } = table;
  const { n, probability } = selectFrom({ ...table, bands });
  const seats: number[] = [];
  const drawn: number[] = [];
  let reach = 0;
  let left = 0;
  for (const [i, { members }] of bands.entries()) {
    for (const seat of members) {
      if (hands[seat]?.standing === 'up') left++;
      const p = probability[seat] ?? 0;
      if (p === 0) continue;
      seats.push(seat);
      drawn.push(p);
      reach = i;
    }
  }
  // Everybody who may be drawn is on one card at least.
  const size = n === 0 ? 0 : Math.max(cards, Math.ceil(seats.length / n));
  const counts = n === 0 ? new Uint32Array(0) : deckCounts(drawn, n, size);
  const parts = seats.map((seat, i) => `${hands[seat]?.records.join('+')}:${counts[i]}`).sort();
  return { key: `${n} ${size} ${parts.join(' ')}`, n, cards: size, seats, counts, reach, left };
}

/** Whether the deal may come out otherwise when the hands of some seats have changed, of which `lost` were up. */
export function isTouched(
  { reach, left }: CatchmentDeal,
  bands: readonly Band[],
  changed: ReadonlySet<number>,
  lost: number,
  { answers, maxShare }: Table,
): boolean {
  // With so few left, the cap and the number of answers follow how many there are.
  if (left - lost <= Math.max(answers, Math.ceil(1 / maxShare))) return true;
  for (let i = 0; i <= reach; i++)
    if (bands[i]?.members.some((seat) => changed.has(seat)) === true) return true;
  return false;
}
