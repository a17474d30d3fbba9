/** Decks: exact counts, exact places, nobody twice on a card, and well mixed. */
import fc from 'fast-check';
import t from 'tap';
import { seededRandom } from '../../src/random.js';
import { dealDeck, deckCounts, drawDeck } from '../../src/select/deck.js';
import { inclusion } from '../../src/select/shares.js';

/** Probabilities over several bands, as shares come out. */
const shared = fc
  .tuple(
    fc.array(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 15 }), {
      minLength: 1,
      maxLength: 4,
    }),
    fc.integer({ min: 1, max: 8 }),
    fc.constantFrom(0.1, 0.2, 0.3, 0.5, 1),
  )
  .map(([weights, answers, maxShare]) => {
    let next = 0;
    const bands = weights.map((band) => ({ tier: 'far' as const, members: band.map(() => next++) }));
    return inclusion({ bands, weights: weights.flat(), answers, maxShare });
  });
const cardNumbers = fc.constantFrom(720, 720, 719, 100, 64, 30, 17);

function total(counts: Iterable<number>): number {
  return [...counts].reduce((sum, count) => sum + count, 0);
}

t.test('counts', async (t) => {
  const table: [probabilities: number[], n: number, cards: number, counts: number[]][] = [
    [[0.6, 0.6, 0.6, 0.6, 0.6], 3, 720, [432, 432, 432, 432, 432]],
    [[1, 1], 2, 720, [720, 720]],
    [[1, 0.5, 0, 0.5], 2, 720, [720, 360, 0, 360]],
    [[1 / 3, 1 / 3, 1 / 3], 1, 100, [34, 33, 33]],
    [[0.999, 0.0005, 0.0005], 1, 720, [718, 1, 1]],
    [[0.455, 0.33, 0.215], 1, 10, [5, 3, 2]],
    [[0.5, 0.5, 0.5, 0.5], 2, 2, [1, 1, 1, 1]],
    [[0.97, 0.01, 0.01, 0.01], 1, 4, [1, 1, 1, 1]],
    [[1], 1, 1, [1]],
    [[], 0, 720, []],
  ];
  for (const [probabilities, n, cards, counts] of table) {
    t.same([...deckCounts(probabilities, n, cards)], counts, `${probabilities}, ${cards} × ${n}`);
  }
});

t.test('counts sum to the places, within one card of the quota, and nobody is left out', async (t) => {
  fc.assert(
    fc.property(shared, cardNumbers, ({ n, probability }, cards) => {
      fc.pre(probability.filter((p) => p > 0).length <= cards * n);
      const counts = deckCounts(probability, n, cards);
      const rounded = probability.every((p) => p === 0 || p * cards >= 1);
      return (
        total(counts) === cards * n &&
        counts.every((count, i) => {
          const p = probability[i] ?? 0;
          if (p === 0) return count === 0;
          return count >= 1 && count <= cards && (!rounded || Math.abs(count - p * cards) < 1 + 1e-6);
        })
      );
    }),
    { seed: 4, numRuns: 3000 },
  );
  t.pass('3000 decks');
});

t.test('more mirrors than fit comfortably', async (t) => {
  // One of a thousand has nearly all of the weight, and the others have a card each all the same.
  const weights = Array.from({ length: 1000 }, (_, i) => (i === 0 ? 1_000_000 : 1));
  const bands = [{ tier: 'near' as const, members: [...weights.keys()] }];
  const { n, probability } = inclusion({ bands, weights, answers: 2, maxShare: 1 });
  const counts = deckCounts(probability, n, 720);
  t.equal(total(counts), 1440);
  t.ok(counts.every((count) => count >= 1));
  t.ok((counts[0] ?? 0) > 400, 'and it keeps what is left');
  const full = Array.from({ length: 20 }, () => 0.05);
  t.same(
    [...deckCounts(full, 1, 20)],
    full.map(() => 1),
    'just enough',
  );
  t.throws(() => deckCounts(full, 1, 19), new RangeError('19 cards of 1 have no place for 20 mirrors'));
  t.throws(() => deckCounts([1, 0], 2, 720), new RangeError("1 mirrors can't fill cards of 2"));
});

/** What a deck does wrong; empty where it is right. */
function faults(deck: Uint16Array, counts: Uint32Array, n: number, cards: number): string[] {
  if (deck.length !== cards * n) return [`${deck.length} places`];
  const places = Array.from(counts, () => new Uint32Array(n));
  const wrong: string[] = [];
  for (let card = 0; card < cards; card++) {
    const held = deck.subarray(card * n, card * n + n);
    if (new Set(held).size !== n) wrong.push(`card ${card}: ${[...held]}`);
    for (const [place, index] of held.entries()) {
      const tally = places[index];
      if (tally !== undefined) tally[place] = (tally[place] ?? 0) + 1;
    }
  }
  for (const [index, tally] of places.entries()) {
    const count = counts[index] ?? 0;
    if (total(tally) !== count) wrong.push(`${index}: ${total(tally)} cards, not ${count}`);
    if (tally.some((held) => held < Math.floor(count / n) || held > Math.ceil(count / n))) {
      wrong.push(`${index}: places ${[...tally]} of ${count}`);
    }
  }
  return wrong;
}

t.test('every mirror on its cards, never twice on one, in each place equally often', async (t) => {
  fc.assert(
    fc.property(shared, cardNumbers, fc.integer(), ({ n, probability }, cards, seed) => {
      fc.pre(probability.filter((p) => p > 0).length <= cards * n);
      const counts = deckCounts(probability, n, cards);
      const wrong = faults(drawDeck(probability, n, cards, seededRandom(seed, 1)), counts, n, cards);
      if (wrong.length > 0) throw new Error(wrong.join('; '));
    }),
    { seed: 6, numRuns: 600 },
  );
  t.pass('600 decks');
});

t.test('dealing takes no more draws than it has cards, however places fall', async (t) => {
  // Sixty mirrors on sixty cards: those whose run breaks have one of few others to hand a place on to.
  const counts = deckCounts(new Array<number>(59).fill(3 / 59), 3, 60);
  let most = 0;
  for (let seed = 1; seed <= 400; seed++) {
    const random = seededRandom(seed);
    let draws = 0;
    dealDeck(counts, 3, 60, () => {
      draws++;
      return random();
    });
    most = Math.max(most, draws);
  }
  t.ok(most < 10 * 180, `${most} draws for 180 places`);
});

t.test('any counts can be dealt', async (t) => {
  // Whole rows, odd rows, and runs that break at the end of a row, which is where places are hard to keep equal.
  const table: [counts: number[], n: number, cards: number][] = [
    [[720, 720, 720], 3, 720],
    [[720, 719, 719, 1, 1], 3, 720],
    [[481, 481, 481, 481, 236], 3, 720],
    [[7, 7, 7, 7, 7, 7, 7, 7], 7, 8],
    [[4, 4, 3, 3, 2], 4, 4],
    [[1, 1, 1, 1], 4, 1],
  ];
  for (const [list, n, cards] of table) {
    const counts = Uint32Array.from(list);
    for (let seed = 1; seed <= 40; seed++) {
      t.same(
        faults(dealDeck(counts, n, cards, seededRandom(seed)), counts, n, cards),
        [],
        `${list} on ${cards} × ${n}`,
      );
    }
  }
  t.same([...dealDeck([], 0, 720, Math.random)], []);
});

t.test('the same chance deals the same deck, another deals another', async (t) => {
  const probability = [0.6, 0.6, 0.6, 0.6, 0.6];
  const deal = (seed: number) => [...drawDeck(probability, 3, 720, seededRandom(seed))];
  t.same(deal(1), deal(1));
  t.notSame(deal(1), deal(2));
});

t.test('a mirror on every card is in no pattern of places', async (t) => {
  const deck = drawDeck([0.5, 1, 0.5, 0.5, 0.5], 3, 720, seededRandom(3));
  let same = 0;
  for (let card = 1; card < 720; card++) {
    const place = deck.subarray(card * 3, card * 3 + 3).indexOf(1);
    if (deck[card * 3 - 3 + place] === 1) same++;
  }
  t.ok(same > 190 && same < 290, `in the place of the card before ${same} times of 719, a third`);
});

t.test('well mixed: pairs, places and neighbours as if each card were drawn alone', async (t) => {
  const random = seededRandom(77);
  const cards = 720;
  const decks = 30;
  const pairs = new Map<string, number>();
  const orders = new Map<string, number>();
  let repeats = 0;
  for (let d = 0; d < decks; d++) {
    const deck = drawDeck([0.5, 0.5, 0.5, 0.5, 0.5, 0.5], 3, cards, random);
    let before = '';
    for (let card = 0; card < cards; card++) {
      const held = [...deck.subarray(card * 3, card * 3 + 3)];
      orders.set(held.join(), (orders.get(held.join()) ?? 0) + 1);
      const sorted = held.sort((a, b) => a - b);
      for (const [a, b] of [
        [0, 1],
        [0, 2],
        [1, 2],
      ] as const) {
        const pair = `${sorted[a]},${sorted[b]}`;
        pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
      }
      if (sorted.join() === before) repeats++;
      before = sorted.join();
    }
  }
  t.equal(pairs.size, 15);
  for (const [pair, count] of pairs) {
    t.ok(Math.abs(count / (decks * cards * 0.2) - 1) < 0.05, `${pair} together on ${count} cards`);
  }
  t.equal(orders.size, 120, 'every order of every three');
  for (const [order, count] of orders) {
    t.ok(Math.abs(count / ((decks * cards) / 120) - 1) < 0.4, `${order} on ${count} cards`);
  }
  t.ok(Math.abs(repeats / ((decks * cards) / 20) - 1) < 0.15, `${repeats} cards like the one before`);
});
