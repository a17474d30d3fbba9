/** What takes a dead mirror's place at once. */
import fc from 'fast-check';
import t from 'tap';
import { DECK } from '../../src/answer/table.js';
import { createDealer } from '../../src/compile/dealer.js';
import { withoutRecords } from '../../src/compile/swift-deal.js';
import { seededRandom } from '../../src/random.js';
import type { Band } from '../../src/select/bands.js';
import { drawDeck } from '../../src/select/deck.js';
import { cardsOf, geographyOf, planOf } from './decks.js';

t.test('no card keeps a record that is gone or holds one twice, and the others stay', async (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 4, max: 12 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer(),
      (mirrors, n, seed) => {
        const random = seededRandom(seed, 5);
        const deck = () => drawDeck(new Array<number>(mirrors).fill(n / mirrors), n, 60, random);
        const cards = Uint16Array.from([...deck(), ...deck()]);
        const decks = Uint32Array.of(0, 60, n, 30, 60 * n, 60, n, 30);
        const gone = new Uint8Array(mirrors);
        gone[seed & 1 ? 0 : mirrors - 1] = 1;
        const left = withoutRecords(cards, decks, gone, random);
        return left.every((record, i) => {
          const card = [...left.subarray(i - (i % n), i - (i % n) + n)];
          const stays = gone[cards[i] ?? 0] === 1 || record === cards[i];
          return stays && gone[record] !== 1 && new Set(card).size === n;
        });
      },
    ),
    { seed: 3, numRuns: 300 },
  );
  t.pass('300 decks');
});

t.test('where the deck has nobody else, the card stays as it is until the deck is drawn anew', async (t) => {
  const decks = Uint32Array.of(0, 2, 2, 30);
  t.equal(decks.length, DECK.WORDS);
  const left = withoutRecords(Uint16Array.of(0, 1, 1, 0), decks, Uint8Array.of(1, 0), seededRandom(1));
  t.same([...left], [0, 1, 1, 0]);
});

t.test('a large pool is dealt swiftly where somebody leaves it, and only then', async (t) => {
  const catchments = Array.from({ length: 600 }, (_, i): Band[] => {
    // Eight in a row, every ninth, or every tenth mirror: six hundred different bands of 200 mirrors.
    const step = [1, 9, 10][i % 3] ?? 1;
    return [
      { tier: 'near', members: Array.from({ length: 8 }, (_, j) => (Math.floor(i / 3) + j * step) % 200) },
    ];
  });
  const plan = planOf(Array.from({ length: 200 }, () => ({ weight: 1 })));
  const dealer = createDealer([plan], [geographyOf(catchments)], seededRandom(1));
  const up = plan.seats.map(() => 'up' as const);
  t.equal(dealer.dealSwiftly(0, up), undefined, 'not before it was dealt');
  const before = dealer.deal(0, up);
  const down = up.map((_, i) => (i === 7 ? ('down' as const) : ('up' as const)));
  const swift = dealer.dealSwiftly(0, down);
  if (swift === undefined) throw new Error('the pool is large');
  const holders = (table: typeof swift): number =>
    catchments.filter((_, i) => cardsOf(table, i).flat().includes(7)).length;
  t.equal(holders(before), 24);
  t.equal(holders(swift), 0);
  for (const i of [0, 1, 2, 3, 20, 599]) {
    const near = new Set(catchments[i]?.[0]?.members);
    t.ok(
      cardsOf(swift, i)
        .flat()
        .every((record) => near.has(record)),
      'by others who are near',
    );
  }
  t.equal(swift.decks, before.decks);
  const after = dealer.deal(0, down);
  t.equal(holders(after), 0);
  t.equal(dealer.dealSwiftly(0, up), undefined, 'nobody leaves');

  const small = createDealer([plan], [geographyOf(catchments.slice(0, 3))], seededRandom(1));
  small.deal(0, up);
  t.equal(small.dealSwiftly(0, down), undefined, 'a small pool is dealt at once');
});
