/** What takes a dead mirror's place at once. */
import fc from 'fast-check';
import t from 'tap';
import { isOnCards, mendDeck } from '../../src/compile/swift-deal.js';
import { seededRandom } from '../../src/random.js';
import { drawDeck } from '../../src/select/deck.js';

t.test('no card keeps a record that is gone or holds one twice, and the others stay', async (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 4, max: 12 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer(),
      (mirrors, n, seed) => {
        const random = seededRandom(seed, 5);
        const deck = () => drawDeck(new Array<number>(mirrors).fill(n / mirrors), n, 60, random);
        const before = Uint16Array.from([...deck(), ...deck()]);
        const cards = before.slice();
        const place = { start: 60 * n, length: 60 * n, n };
        const gone = new Uint8Array(mirrors);
        gone[seed & 1 ? 0 : mirrors - 1] = 1;
        const wasOn = isOnCards(cards, place, gone);
        const isSound = mendDeck(cards, place, gone, random);
        const left = [...cards.subarray(60 * n)];
        return (
          wasOn &&
          isSound &&
          !isOnCards(cards, place, gone) &&
          cards.subarray(0, 60 * n).join() === before.subarray(0, 60 * n).join() &&
          left.every((record, i) => {
            const card = left.slice(i - (i % n), i - (i % n) + n);
            const was = before[60 * n + i] ?? 0;
            return (gone[was] === 1 || record === was) && new Set(card).size === n;
          })
        );
      },
    ),
    { seed: 3, numRuns: 300 },
  );
  t.pass('300 decks');
});

t.test('where the deck has nobody else, the card stays as it is and that is said', async (t) => {
  const cards = Uint16Array.of(0, 1, 1, 0);
  const place = { start: 0, length: 4, n: 2 };
  t.equal(mendDeck(cards, place, Uint8Array.of(1, 0), seededRandom(1)), false);
  t.same([...cards], [0, 1, 1, 0]);
  t.equal(isOnCards(cards, place, Uint8Array.of(0, 0)), false);
});
