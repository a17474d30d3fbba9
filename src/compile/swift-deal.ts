/**
 * What is done at once for a verdict that touches more decks than can be drawn while a dead mirror may be answered: wherever
 * it is on a card, another one of the same deck takes its place. Near and far stay as they were, since a deck is for one
 * catchment; only the shares are off by what was the dead one's, until the deck is drawn a moment later.
 */
import { below, type Random } from '../random.js';
import { holds } from '../select/deck.js';

/** So many places are looked at for a substitute: where hardly anybody is left, looking on would take too long. */
const LOOKS = 64;

/** Part of an array of cards: a deck of `length` numbers from `start` on, `n` on a card. */
export interface DeckPlace {
  readonly start: number;
  readonly length: number;
  readonly n: number;
}

/** Whether a record that is flagged in `gone` is on a card. */
export function isOnCards(cards: Uint16Array, { start, length }: DeckPlace, gone: Uint8Array): boolean {
  for (let at = start; at < start + length; at++) if (gone[cards[at] ?? 0] === 1) return true;
  return false;
}

/**
 * Puts others of the deck, who are not on the card already, in the places of all records that are flagged in `gone`, whoever is
 * on many cards likelier than others. Gives false where for some place nobody was found; that one stays as it was.
 */
export function mendDeck(cards: Uint16Array, place: DeckPlace, gone: Uint8Array, random: Random): boolean {
  const { start, length } = place;
  let isSound = true;
  for (let at = start; at < start + length; at++) {
    if (gone[cards[at] ?? 0] !== 1) continue;
    const other = substitute(cards, place, at, gone, random);
    if (other < 0) isSound = false;
    else cards[at] = other;
  }
  return isSound;
}

/** Who takes the place `at`: the first that may, from a random place of the deck on; -1: nobody. */
function substitute(
  cards: Uint16Array,
  { start, length, n }: DeckPlace,
  at: number,
  gone: Uint8Array,
  random: Random,
): number {
  const card = at - ((at - start) % n);
  const from = below(random, length);
  for (let step = 0; step < Math.min(LOOKS, length); step++) {
    const other = cards[start + ((from + step) % length)] ?? 0;
    if (gone[other] !== 1 && !holds(cards, card, n, other)) return other;
  }
  return -1;
}
