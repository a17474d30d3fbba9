/**
 * Gathers the decks of a deal, each once: those that stay from the deal before, and those drawn now. Cards are copied only
 * when all are there, since how much memory they need is known only then.
 */
import { DECK } from '../answer/table.js';
import type { CatchmentDeal } from './catchment-deal.js';
import { newSharedUint16, sharedUint32 } from './shared-memory.js';

/** Decks as they are served. */
interface LaidDecks {
  /** As in PoolTable. */
  readonly decks: Uint32Array;
  readonly cards: Uint16Array;
  /** By deck. */
  readonly keys: readonly string[];
}

export interface DeckStack {
  /** The number here of a deck of an earlier deal, which is taken over as it is. */
  keep(before: LaidDecks, deck: number): number;
  /** The number of the deck for a deal, which is drawn where no equal deal was added. */
  add(deal: CatchmentDeal, draw: () => Uint16Array): number;
  /** All of them, in shared memory. */
  lay(): LaidDecks;
}

/** No decks yet; answers from them may be kept for `ttl` seconds. */
export function createDeckStack(ttl: number): DeckStack {
  const numbers = new Map<string, number>();
  const keys: string[] = [];
  const drawn: Uint16Array[] = [];
  const sizes: number[] = [];
  /** By number in the deal before, the number here + 1. */
  let kept = new Uint32Array(0);

  function push(key: string, n: number, cards: Uint16Array): number {
    const number = keys.push(key) - 1;
    numbers.set(key, number);
    drawn.push(cards);
    sizes.push(n);
    return number;
  }

  return {
    keep(before, deck) {
      if (kept.length === 0) kept = new Uint32Array(before.keys.length);
      const known = kept[deck] ?? 0;
      if (known > 0) return known - 1;
      const at = deck * DECK.WORDS;
      const first = before.decks[at + DECK.FIRST] ?? 0;
      const n = before.decks[at + DECK.SIZE] ?? 0;
      const cards = (before.decks[at + DECK.CARDS] ?? 0) * n;
      const number = push(before.keys[deck] ?? '', n, before.cards.subarray(first, first + cards));
      kept[deck] = number + 1;
      return number;
    },
    add: ({ key, n }, draw) => numbers.get(key) ?? push(key, n, draw()),
    lay() {
      const cards = newSharedUint16(drawn.reduce((sum, { length }) => sum + length, 0));
      const words: number[] = [];
      let at = 0;
      for (const [deck, own] of drawn.entries()) {
        const n = sizes[deck] ?? 0;
        words.push(at, n === 0 ? 0 : own.length / n, n, ttl);
        cards.set(own, at);
        at += own.length;
      }
      if (words.length !== keys.length * DECK.WORDS) throw new RangeError('a deck has DECK.WORDS words');
      return { decks: sharedUint32(words), cards, keys };
    },
  };
}
