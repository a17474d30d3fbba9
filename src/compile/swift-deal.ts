/**
 * What is done at once for a verdict in a pool so large that drawing its decks anew takes longer than a dead mirror may be
 * answered: wherever it is on a card, another one of the same deck takes its place. Near and far stay as they were, since a
 * deck is for one catchment; only the shares are off by what was the dead one's, until the decks are drawn a moment later.
 */
import { DECK } from '../answer/table.js';
import { below, type Random } from '../random.js';
import { holds } from '../select/deck.js';
import { newSharedUint16 } from './shared-memory.js';

/** As many decks as this are drawn anew within some tens of milliseconds, and then there is nothing to bridge. */
export const SWIFT_FROM = 500;

/** So many places are looked at for a substitute: where hardly anybody is left, looking on would take too long. */
const LOOKS = 64;

/**
 * The cards with no record that is flagged in `gone`, as far as their decks have others that are not on the card already and
 * are soon found.
 */
export function withoutRecords(
  cards: Uint16Array,
  decks: Uint32Array,
  gone: Uint8Array,
  random: Random,
): Uint16Array {
  const left = newSharedUint16(cards.length);
  left.set(cards);
  for (let deck = 0; deck < decks.length; deck += DECK.WORDS) {
    const first = decks[deck + DECK.FIRST] ?? 0;
    const n = decks[deck + DECK.SIZE] ?? 0;
    const length = (decks[deck + DECK.CARDS] ?? 0) * n;
    for (let i = first; i < first + length; i++) {
      if (gone[left[i] ?? 0] !== 1) continue;
      left[i] = substitute(left, first, length, n, i, gone, random);
    }
  }
  return left;
}

/** Who takes the place `at`: the first that may, from a random place of the deck on; so who is on many cards is likelier. */
function substitute(
  cards: Uint16Array,
  first: number,
  length: number,
  n: number,
  at: number,
  gone: Uint8Array,
  random: Random,
): number {
  const card = at - ((at - first) % n);
  const start = below(random, length);
  for (let step = 0; step < Math.min(LOOKS, length); step++) {
    const other = cards[first + ((start + step) % length)] ?? 0;
    if (gone[other] !== 1 && !holds(cards, card, n, other)) return other;
  }
  return cards[at] ?? 0;
}
