/** Decks of pools: counts as the probabilities say, redrawn only where something changed, shared where equal. */
import t from 'tap';
import { DECK } from '../../src/answer/table.js';
import { createDealer } from '../../src/compile/dealer.js';
import type { PoolPlan } from '../../src/compile/pool-plan.js';
import { parseAddress } from '../../src/ip/address.js';
import { seededRandom } from '../../src/random.js';
import type { Band } from '../../src/select/bands.js';
import { deckCounts } from '../../src/select/deck.js';
import type { Standing } from '../../src/select/health-view.js';
import { selectFrom } from '../../src/select/selection.js';
import { cardsOf, countsOf, geographyOf, oneBand, planOf, textOf, up } from './decks.js';
import { asker, makeTable } from './make-table.js';

t.test('over the deck each mirror is as often as the largest remainder says', async (t) => {
  const cases = [
    { weights: [1, 1, 1, 1, 1], answers: 3, maxShare: 1 },
    { weights: [10, 20, 30, 7], answers: 2, maxShare: 1 },
    { weights: [100, 1, 1, 1, 1, 1], answers: 3, maxShare: 0.2 },
    { weights: [5, 3], answers: 3, maxShare: 1 },
    { weights: [1_000_000, 1, 1], answers: 1, maxShare: 1 },
    { weights: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], answers: 8, maxShare: 0.12 },
  ];
  for (const { weights, answers, maxShare } of cases) {
    const catchments = [
      [
        { tier: 'near' as const, members: [0] },
        { tier: 'far' as const, members: weights.map((_, i) => i).slice(1) },
      ],
      [{ tier: 'far' as const, members: weights.map((_, i) => i) }],
    ];
    const plan = planOf(
      weights.map((weight) => ({ weight })),
      { answers, maxShare },
    );
    const table = createDealer([plan], [geographyOf(catchments)], seededRandom(1)).deal(
      0,
      up(weights.length),
    );
    for (const [i, bands] of catchments.entries()) {
      const { n, probability } = selectFrom({
        bands,
        standing: up(weights.length),
        weights,
        answers,
        maxShare,
      });
      const cards = cardsOf(table, i);
      t.equal(cards.length, 720);
      t.same(countsOf(cards, weights.length), [...deckCounts(probability, n, 720)], `${weights}, ${answers}`);
      t.ok(
        cards.every((card) => card.length === n && new Set(card).size === n),
        'nobody twice on a card',
      );
    }
  }
});

t.test('a deck says its TTL and size', async (t) => {
  const plan = planOf([{ weight: 1 }, { weight: 1 }], { ttl: 4_000_000 });
  const table = createDealer([plan], [geographyOf(oneBand(2))], seededRandom(1)).deal(0, up(2));
  t.same([...table.decks], [0, 720, 2, 4_000_000]);
  t.same([...table.deckOf], [0]);
});

t.test('the addresses of a mirror take turns', async (t) => {
  const plan = planOf(
    [
      { weight: 2, addresses: 3 },
      { weight: 1, addresses: 1 },
      { weight: 1, addresses: 2 },
    ],
    {
      answers: 2,
    },
  );
  const table = createDealer([plan], [geographyOf(oneBand(3))], seededRandom(1)).deal(0, up(6));
  const cards = cardsOf(table, 0);
  // Inclusion 1, 1/2, 1/2 of 720 cards.
  t.same(countsOf(cards, 6), [240, 240, 240, 360, 180, 180]);
  t.ok(cards.every((card) => card.filter((record) => record < 3).length === 1));
});

t.test('only those addresses of a mirror are answered that stand best', async (t) => {
  const plan = planOf([{ weight: 1, addresses: 3 }, { weight: 1 }], { answers: 2 });
  const dealer = createDealer([plan], [geographyOf(oneBand(2))], seededRandom(1));
  const counts = (...standing: Standing[]): number[] => countsOf(cardsOf(dealer.deal(0, standing), 0), 4);
  t.same(counts('up', 'down', 'up', 'up'), [360, 0, 360, 720]);
  t.same(counts('off', 'down', 'up', 'up'), [0, 0, 720, 720]);
  t.same(counts('down', 'down', 'new', 'up'), [0, 0, 0, 720], 'a mirror that is down makes place');
  t.same(counts('down', 'new', 'down', 'down'), [360, 0, 360, 720], 'unless all are');
  t.same(counts('new', 'off', 'new', 'off'), [360, 0, 360, 0]);
  t.same(counts('off', 'off', 'off', 'off'), [0, 0, 0, 0]);
});

t.test('pools of the same shape share their decks as long as they stand the same', async (t) => {
  const seats = [{ weight: 3 }, { weight: 1 }, { weight: 1 }, { weight: 1 }];
  const plans = [
    planOf(seats),
    planOf(seats, { owner: 'other.example.org', family: 'ipv6' }),
    planOf(seats, { ttl: 61 }),
    planOf([{ weight: 2 }, ...seats.slice(1)]),
    planOf(seats, { answers: 2 }),
    planOf(seats, { maxShare: 0.5 }),
  ];
  const dealer = createDealer(plans, [geographyOf(oneBand(4))], seededRandom(1));
  const tables = plans.map((_, i) => dealer.deal(i, up(4)));
  const [first, second] = tables;
  t.equal(first?.cards, second?.cards);
  t.equal(first?.decks, second?.decks);
  t.equal(first?.deckOf, second?.deckOf);
  t.not(first?.addresses, second?.addresses, 'but not their addresses');
  t.equal(new Set(tables.map((table) => table.cards)).size, 5);
  const changed = dealer.deal(0, ['up', 'up', 'down', 'up']);
  t.not(changed.cards, second?.cards);
  t.equal(dealer.deal(1, ['up', 'up', 'down', 'up']).cards, changed.cards);
  t.same(cardsOf(dealer.deal(0, up(4)), 0).length, 720);
});

t.test('a verdict redraws the decks that hold the mirror, and no other', async (t) => {
  const catchments: Band[][] = [
    [
      { tier: 'near', members: [0, 1] },
      { tier: 'far', members: [2, 3] },
    ],
    [
      { tier: 'near', members: [2, 3] },
      { tier: 'far', members: [0, 1] },
    ],
    [{ tier: 'near', members: [0, 1, 2, 3] }],
  ];
  const plan = planOf([{ weight: 1 }, { weight: 2 }, { weight: 1 }, { weight: 3 }], { answers: 1 });
  const dealer = createDealer([plan], [geographyOf(catchments)], seededRandom(1));
  const before = dealer.deal(0, up(4));
  const after = dealer.deal(0, ['down', 'up', 'up', 'up']);
  t.not(textOf(after, 0), textOf(before, 0));
  t.same(countsOf(cardsOf(after, 0), 4), [0, 720, 0, 0]);
  t.equal(textOf(after, 1), textOf(before, 1), 'to the card');
  t.not(textOf(after, 2), textOf(before, 2));
  t.same(countsOf(cardsOf(after, 2), 4), [0, 240, 120, 360]);
  const again = dealer.deal(0, ['down', 'up', 'up', 'up']);
  t.equal(textOf(again, 1), textOf(before, 1), 'nor when nothing changed');
});

t.test('another TTL leaves the cards where they are', async (t) => {
  const catchments: Band[][] = [
    [
      { tier: 'near', members: [0, 1, 2] },
      { tier: 'far', members: [3] },
    ],
    [
      { tier: 'near', members: [3, 2, 1] },
      { tier: 'far', members: [0] },
    ],
  ];
  const plan = planOf([{ weight: 1 }, { weight: 2 }, { weight: 1 }, { weight: 3 }], { answers: 3 });
  const dealer = createDealer([plan], [geographyOf(catchments)], seededRandom(1));
  const ttls = ({ deckOf, decks }: ReturnType<typeof dealer.deal>): (number | undefined)[] =>
    [0, 1].map((catchment) => decks[(deckOf[catchment] ?? 0) * DECK.WORDS + DECK.TTL]);
  const before = dealer.deal(0, up(4));
  t.same(ttls(before), [60, 60]);
  const hasty = dealer.deal(0, up(4), { lifetimes: [20, 60, 60, 60] });
  t.same(ttls(hasty), [20, 60], 'where the hasty one has a part, and nowhere else');
  t.equal(hasty.cards, before.cards, 'the very same memory');
  t.same(ttls(before), [60, 60], 'and what is served now is not touched');
  t.same(ttls(dealer.deal(0, up(4), { lifetimes: [20, 31, 60, 25] })), [20, 25], 'the soonest counts');
  const calm = dealer.deal(0, up(4));
  t.same(ttls(calm), [60, 60]);
  t.equal(calm.cards, before.cards);
  const fallen = dealer.deal(0, ['down', 'up', 'up', 'up'], { lifetimes: [30, 60, 60, 60] });
  t.equal(ttls(fallen)[0], 30, 'one that may come back soon counts too');
});

t.test('who came back is on fewer cards, and grows', async (t) => {
  const plan = planOf([{ weight: 1 }, { weight: 1 }, { weight: 1 }, { weight: 1 }], { answers: 1 });
  const dealer = createDealer([plan], [geographyOf(oneBand(4))], seededRandom(1));
  const counts = (step: number): number[] =>
    countsOf(cardsOf(dealer.deal(0, up(4), { growth: [step, 10, 10, 10] }), 0), 4);
  t.same(counts(1), [23, 233, 232, 232]);
  t.same(counts(5), [103, 206, 206, 205]);
  t.same(counts(10), [180, 180, 180, 180]);
});

t.test('catchments that come to the same share a deck', async (t) => {
  const catchments: Band[][] = [
    [
      { tier: 'near', members: [0, 1] },
      { tier: 'far', members: [2] },
    ],
    [{ tier: 'far', members: [0, 1] }],
    [{ tier: 'near', members: [2] }],
  ];
  const plan = planOf([{ weight: 1 }, { weight: 1 }, { weight: 1 }], { answers: 2 });
  const dealer = createDealer([plan], [geographyOf(catchments)], seededRandom(1));
  t.same([...dealer.deal(0, up(3)).deckOf], [0, 0, 1]);
  const [one, two, three] = dealer.deal(0, ['down', 'down', 'up']).deckOf;
  t.equal(one, three, 'or not, as health has it');
  t.not(one, two);
});

t.test('leaves of a shared map lead over cells to decks', async (t) => {
  const geography = {
    ...geographyOf([...oneBand(1), [{ tier: 'near' as const, members: [1] }]]),
    cells: Uint32Array.of(1, 0, 1, 1),
  };
  const dealer = createDealer([planOf([{ weight: 1 }, { weight: 1 }])], [geography], seededRandom(1));
  const table = dealer.deal(0, up(2));
  t.equal(table.deckOf.length, 4);
  t.same(
    [0, 1, 2, 3].map((leafNumber) => cardsOf(table, leafNumber)[0]),
    [[1], [0], [1], [1]],
  );
});

t.test('everybody who may be drawn is on a card, however many there are', async (t) => {
  const many = 2000;
  const plan = planOf(
    Array.from({ length: 200 }, (_, i) => ({ weight: i === 0 ? 1_000_000 : 1 })),
    { answers: 1 },
  );
  const table = createDealer([plan], [geographyOf(oneBand(200))], seededRandom(1)).deal(0, up(200));
  const counts = countsOf(cardsOf(table, 0), 200);
  t.equal(Math.min(...counts), 1);
  t.equal(counts[0], 720 - 199);
  const seats = Array.from({ length: many }, () => ({ weight: 1, addresses: 0 }));
  const large: PoolPlan = {
    ...planOf(seats, { answers: 2 }),
    seats: Array.from({ length: many }, (_, i) => ({
      mirror: `m${i}`,
      weight: 1,
      addresses: [parseAddress(`10.0.${i >> 8}.${i & 255}`)].filter((address) => address !== null),
    })),
  };
  const wide = createDealer([large], [geographyOf(oneBand(many))], seededRandom(1)).deal(0, up(many));
  const cards = cardsOf(wide, 0);
  t.equal(cards.length, many / 2, 'more cards than usual');
  t.same(new Set(countsOf(cards, many)), new Set([1]));
});

t.test('where there are very many decks they have fewer cards, but never too few', async (t) => {
  const members = Array.from({ length: 12 }, (_, i) => i);
  // A hundred catchments with different probabilities each.
  const catchments = Array.from({ length: 100 }, (_, i): Band[] => {
    const near = members.filter((member) => ((i + 1) >> (member % 7)) & 1);
    return [{ tier: 'near', members: near.length > 0 ? near : [0] }];
  });
  const plans = Array.from({ length: 2000 }, (_, i) =>
    planOf(
      members.map(() => ({ weight: 1 + i })),
      { answers: 8 },
    ),
  );
  const dealer = createDealer(plans, [geographyOf(catchments)], seededRandom(1));
  const [, cards] = dealer.deal(0, up(12)).decks;
  t.equal(cards, 60);
});

t.test('a pool whose mirrors are all off answers nobody', async (t) => {
  const zone = `
zone: dl.example.org
ns: [ns.example.net]
soa: { minimum: 33 }
pools: { "@": {} }
mirrors: { a: { addresses: [192.0.2.1] }, b: { addresses: [192.0.2.2, "2001:db8::2"] } }
`;
  const standing = { '192.0.2.1': 'off', '192.0.2.2': 'off' } as const;
  const ask = asker(makeTable([zone], { standing }).table);
  const reply = ask({ name: 'dl.example.org' });
  t.same([reply.rcode, reply.aa, reply.answers], [0, true, []]);
  t.match(reply.authorities[0], /^dl\.example\.org 33 IN SOA /);
  t.equal(ask({ name: 'dl.example.org', type: 'AAAA' }).answers.length, 1);
});

t.test('a number without a pool is an error', async (t) => {
  const dealer = createDealer([], [], seededRandom(1));
  t.throws(() => dealer.deal(0, []), { message: 'no pool has number 0' });
});

t.test('a pool that was not dealt has no table', async (t) => {
  const dealer = createDealer([planOf([{ weight: 1 }])], [geographyOf(oneBand(1))], seededRandom(1));
  t.throws(() => dealer.table(0), { message: 'pool 0 was not dealt yet' });
  dealer.take(0, up(1));
  t.equal(dealer.table(0), undefined, 'nor one whose decks are not there yet');
  t.equal(dealer.isBusy(), true);
  dealer.goOn(() => false);
  t.equal(dealer.isBusy(), false);
  const table = dealer.table(0);
  t.equal(table?.cards[0], 0);
  t.equal(dealer.table(0), table, 'the same as long as nothing changes');
});
