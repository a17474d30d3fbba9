/**
 * The decks of a pool while it is dealt: which there are, who draws from them, and their cards in memory that all threads
 * share. Cards are only ever added behind those that are there, and never written again: tables that were published go on
 * reading theirs while decks are replaced. So a verdict that touches a few decks of tens of thousands costs their cards,
 * and not a copy of all. When the room runs out, the decks that are still used move to new memory.
 */
import { DECK } from '../answer/table.js';
import type { Arena } from './arena.js';
import { newSharedUint16 } from './shared-memory.js';
import type { DeckPlace } from './swift-deal.js';

/** Memory that is filled from its start; shelves that parted share what was there before, and what each adds. */
interface Room {
  readonly cards: Uint16Array;
  end: number;
  /** In the arena, where nothing is given back: so only what stays comes there. */
  readonly settled: boolean;
}

export interface DeckShelf {
  /** How many numbers of decks there are; some may be free. */
  count(): number;
  /** DECK.WORDS words a deck, zeros where a number is free. Its TTL is left to whoever lays it out. */
  words(): Uint32Array;
  cards(): Uint16Array;
  /** The number of the deck with that key. */
  find(key: string): number | undefined;
  /** A new deck, of cards of `n`. Nobody draws from it yet. */
  add(key: string, n: number, cards: Uint16Array): number;
  /** Where a deck's cards are. */
  place(deck: number): DeckPlace;
  /** Gives a deck a copy of its cards, to be changed before it is laid out: its key is no longer true. */
  renew(deck: number): void;
  /** One more draws from a deck. */
  take(deck: number): void;
  /** One fewer; a deck that nobody draws from is forgotten. */
  leave(deck: number): void;
  /** Sees to it that there is room for about `spare` of what is used now, and not much more. */
  tidy(spare: number): void;
  /** Another shelf with the same decks, that goes its own way from here. */
  fork(): DeckShelf;
}

/** When room runs out, there will be room for so much of what is used then. */
const GROWTH = 0.5;
/** So much of the room that is wished for will do. */
const ENOUGH = 0.75;

interface Contents {
  room: Room;
  words: Uint32Array;
  users: Uint32Array;
  /** By deck; undefined where its cards are for the moment, or its number is free. */
  readonly keys: (string | undefined)[];
  readonly numbers: Map<string, number>;
  readonly free: number[];
  /** Keys that are no longer true and still in `numbers`: to take thousands out one by one would hold up a verdict. */
  readonly stale: string[];
  /** Numbers on the cards of all decks. */
  used: number;
}

/** A shelf without decks; what is on it when it is tidied for the first time comes to the arena. */
export function createDeckShelf(arena: Arena): DeckShelf {
  return shelfOf(arena, {
    room: { cards: newSharedUint16(0), end: 0, settled: false },
    words: new Uint32Array(0),
    users: new Uint32Array(0),
    keys: [],
    numbers: new Map(),
    free: [],
    stale: [],
    used: 0,
  });
}

function shelfOf(arena: Arena, contents: Contents): DeckShelf {
  const { keys, numbers, free, stale } = contents;
  const word = (deck: number, which: number): number => contents.words[deck * DECK.WORDS + which] ?? 0;
  const lengthOf = (deck: number): number => word(deck, DECK.CARDS) * word(deck, DECK.SIZE);

  /** New memory for `length` numbers, with all decks in it. */
  function move(length: number, settled: boolean): void {
    const { cards } = contents.room;
    const room: Room = { cards: settled ? arena.uint16(length) : newSharedUint16(length), end: 0, settled };
    for (let deck = 0; deck < keys.length; deck++) {
      const first = word(deck, DECK.FIRST);
      const end = first + lengthOf(deck);
      contents.words[deck * DECK.WORDS + DECK.FIRST] = room.end;
      room.cards.set(cards.subarray(first, end), room.end);
      room.end += end - first;
    }
    contents.room = room;
  }

  /** Where there is room for so many numbers. */
  function claim(length: number): number {
    if (contents.room.end + length > contents.room.cards.length) {
      move(contents.used + Math.max(length, Math.ceil(contents.used * GROWTH)), false);
    }
    const at = contents.room.end;
    contents.room.end += length;
    return at;
  }

  /** The key of a deck, which is without one from now on. */
  function takeKey(deck: number): string | undefined {
    const key = keys[deck];
    keys[deck] = undefined;
    return key;
  }

  /** The deck with that key, which its number may have lost meanwhile. */
  function find(key: string): number | undefined {
    const deck = numbers.get(key);
    return deck !== undefined && keys[deck] === key ? deck : undefined;
  }

  return {
    count: () => keys.length,
    words: () => contents.words.subarray(0, keys.length * DECK.WORDS),
    cards: () => contents.room.cards,
    find,
    place: (deck) => ({
      start: word(deck, DECK.FIRST),
      length: lengthOf(deck),
      n: word(deck, DECK.SIZE),
    }),
    add(key, n, cards) {
      const first = claim(cards.length);
      contents.room.cards.set(cards, first);
      const deck = free.pop() ?? keys.length;
      if (deck >= contents.users.length) {
        const room = Math.max(16, deck * 2);
        contents.users = grown(contents.users, room);
        contents.words = grown(contents.words, room * DECK.WORDS);
      }
      contents.words.set([first, n === 0 ? 0 : cards.length / n, n, 0], deck * DECK.WORDS);
      contents.users[deck] = 0;
      contents.used += cards.length;
      keys[deck] = key;
      numbers.set(key, deck);
      return deck;
    },
    renew(deck) {
      const key = takeKey(deck);
      if (key !== undefined) stale.push(key);
      const length = lengthOf(deck);
      const copy = claim(length);
      // Read only now: where there was no room, all decks have moved.
      const first = word(deck, DECK.FIRST);
      contents.room.cards.copyWithin(copy, first, first + length);
      contents.words[deck * DECK.WORDS + DECK.FIRST] = copy;
    },
    take(deck) {
      contents.users[deck] = (contents.users[deck] ?? 0) + 1;
    },
    leave(deck) {
      const users = (contents.users[deck] ?? 0) - 1;
      contents.users[deck] = users;
      if (users > 0) return;
      contents.used -= lengthOf(deck);
      const key = takeKey(deck);
      if (key !== undefined) numbers.delete(key);
      contents.words.fill(0, deck * DECK.WORDS, (deck + 1) * DECK.WORDS);
      free.push(deck);
    },
    tidy(spare) {
      for (const key of stale.splice(0)) if (find(key) === undefined) numbers.delete(key);
      const { cards, end, settled } = contents.room;
      const wanted = contents.used + Math.ceil(contents.used * spare);
      const least = contents.used * spare * ENOUGH;
      const isLoose = cards.length - end < least || cards.length > wanted + contents.used * GROWTH;
      if (isLoose || (arena.isOpen() && !settled)) move(wanted, arena.isOpen());
    },
    fork: () =>
      shelfOf(arena, {
        ...contents,
        words: contents.words.slice(),
        users: contents.users.slice(),
        keys: [...keys],
        numbers: new Map(numbers),
        free: [...free],
        stale: [...stale],
      }),
  };
}

function grown(array: Uint32Array, length: number): Uint32Array {
  const copy = new Uint32Array(length);
  copy.set(array);
  return copy;
}
