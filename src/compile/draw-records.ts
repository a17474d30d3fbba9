/**
 * Draws a deck of seats and turns it into records: a mirror with several addresses gives each its turn.
 */
import { below, type Random, shuffle } from '../random.js';
import { dealDeck } from '../select/deck.js';
import type { CatchmentDeal } from './catchment-deal.js';
import type { Hand } from './hands.js';

/** A deck for this deal, as the numbers of records. */
export function drawRecords(
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
  for (let i = 0; i < deck.length; i++) {
    const turn = turns[deck[i] ?? 0];
    deck[i] = turn?.order[turn.next++ % turn.order.length] ?? 0;
  }
  return deck;
}
