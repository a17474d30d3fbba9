/** Where decks are kept while they come and go. */
import fc from 'fast-check';
import t from 'tap';
import { DECK } from '../../src/answer/table.js';
import { createArena } from '../../src/compile/arena.js';
import { createDeckShelf, type DeckShelf } from '../../src/compile/deck-shelf.js';

const textOf = (shelf: DeckShelf, deck: number): string => {
  const { start, length } = shelf.place(deck);
  return shelf
    .cards()
    .subarray(start, start + length)
    .join();
};

t.test('decks are what they were made, whoever comes and goes', async (t) => {
  const step = fc.record({
    kind: fc.constantFrom('add', 'add', 'leave', 'renew', 'tidy', 'fork'),
    which: fc.nat(),
    n: fc.integer({ min: 1, max: 3 }),
    cards: fc.integer({ min: 1, max: 20 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let shelf = createDeckShelf(createArena());
      let expected = new Map<number, string>();
      /** Tables as they were published: words, cards, and what was on them. */
      const published: { words: Uint32Array; cards: Uint16Array; texts: Map<number, string> }[] = [];
      for (const [i, { kind, which, n, cards }] of steps.entries()) {
        const decks = [...expected.keys()];
        const deck = decks[which % Math.max(1, decks.length)];
        if (kind === 'add') {
          const own = Uint16Array.from({ length: n * cards }, (_, at) => (i * 31 + at) & 0xffff);
          const number = shelf.add(`${i}`, n, own);
          if (expected.has(number)) return false;
          shelf.take(number);
          expected.set(number, own.join());
          if (shelf.find(`${i}`) !== number) return false;
        } else if (kind === 'tidy') shelf.tidy(0.5);
        else if (kind === 'fork') {
          const left = shelf;
          shelf = shelf.fork();
          // The one left behind goes on, in the same memory.
          left.take(left.add(`left ${i}`, 1, Uint16Array.of(7, 7, 7)));
          expected = new Map(expected);
        } else if (deck !== undefined && kind === 'leave') {
          shelf.leave(deck);
          expected.delete(deck);
        } else if (deck !== undefined) {
          shelf.renew(deck);
          const { start, length } = shelf.place(deck);
          shelf.cards()[start] = i;
          expected.set(
            deck,
            shelf
              .cards()
              .subarray(start, start + length)
              .join(),
          );
        }
        published.push({ words: shelf.words().slice(), cards: shelf.cards(), texts: new Map(expected) });
        if ([...expected].some(([number, text]) => textOf(shelf, number) !== text)) return false;
      }
      return published.every(({ words, cards, texts }) =>
        [...texts].every(([number, text]) => {
          const at = number * DECK.WORDS;
          const [first = 0, count = 0, size = 0] = words.subarray(at, at + DECK.WORDS);
          return cards.subarray(first, first + count * size).join() === text;
        }),
      );
    }),
    { seed: 5, numRuns: 300 },
  );
  t.pass('what was published was never written again');
});

t.test('a deck is forgotten with the last who draws from it, and its number is free', async (t) => {
  const shelf = createDeckShelf(createArena());
  const first = shelf.add('a', 1, Uint16Array.of(1, 2));
  shelf.take(first);
  shelf.take(first);
  shelf.leave(first);
  t.equal(shelf.find('a'), first);
  shelf.leave(first);
  t.equal(shelf.find('a'), undefined);
  t.same([...shelf.words()], [0, 0, 0, 0]);
  t.equal(shelf.add('b', 1, Uint16Array.of(3)), first);
  t.equal(shelf.count(), 1);
});

t.test('a deck that was changed is no longer what its key says', async (t) => {
  const shelf = createDeckShelf(createArena());
  const deck = shelf.add('a', 2, Uint16Array.of(1, 2, 2, 1));
  const { start } = shelf.place(deck);
  shelf.renew(deck);
  t.equal(shelf.find('a'), undefined);
  t.not(shelf.place(deck).start, start);
  t.equal(textOf(shelf, deck), '1,2,2,1');
});

t.test('memory does not grow with what is gone', async (t) => {
  const shelf = createDeckShelf(createArena());
  for (let i = 0; i < 2000; i++) {
    const deck = shelf.add(`${i}`, 1, new Uint16Array(100));
    shelf.take(deck);
    if (i >= 10) shelf.leave(deck === 0 ? 10 : deck - 1);
  }
  t.ok(shelf.cards().length <= 3000, `${shelf.cards().length}`);
  shelf.tidy(0);
  t.ok(shelf.cards().length <= 1600, `${shelf.cards().length}`);
});
