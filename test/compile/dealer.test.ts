/** Decks of pools: counts as the probabilities say, redrawn only where something changed, shared where equal. */
import fc from 'fast-check';
import t from 'tap';
import { DECK, type PoolTable } from '../../src/answer/table.js';
import { createDealer } from '../../src/compile/dealer.js';
import type { Geography } from '../../src/compile/geography.js';
import { layOutMap } from '../../src/compile/map-table.js';
import type { PoolPlan } from '../../src/compile/pool-plan.js';
import { parseAddress } from '../../src/ip/address.js';
import { leaf, treeOfPrefixes } from '../../src/ip/prefix-tree.js';
import { seededRandom } from '../../src/random.js';
import type { Band } from '../../src/select/bands.js';
import { deckCounts } from '../../src/select/deck.js';
import type { Standing } from '../../src/select/health-view.js';
import { selectFrom } from '../../src/select/selection.js';
import { asker, makeTable } from '../compile/make-table.js';

/** A geography with these catchments; the map leads everybody to the first. */
function geographyOf(catchments: readonly (readonly Band[])[]): Geography {
  return { table: layOutMap({ ...treeOfPrefixes([]).tree, ipv4: leaf(0), ipv6: leaf(0) }), catchments };
}

function planOf(
  seats: readonly { readonly weight: number; readonly addresses?: number }[],
  more: Partial<PoolPlan> = {},
): PoolPlan {
  let next = 1;
  return {
    zone: 'example.org',
    owner: 'dl.example.org',
    family: 'ipv4',
    answers: 3,
    maxShare: 1,
    panicThreshold: 0.2,
    ttl: 60,
    geography: 0,
    seats: seats.map(({ weight, addresses = 1 }, i) => ({
      mirror: `m${i}`,
      weight,
      addresses: Array.from({ length: addresses }, () => {
        const address = parseAddress(`192.0.2.${next++}`);
        if (address === null) throw new Error('too many addresses');
        return address;
      }),
    })),
    ...more,
  };
}

const oneBand = (count: number): readonly (readonly Band[])[] => [
  [{ tier: 'near', members: Array.from({ length: count }, (_, i) => i) }],
];
const up = (count: number): Standing[] => new Array<Standing>(count).fill('up');

/** The cards of a catchment's deck, each a list of record numbers. */
function cardsOf({ deckOf, decks, cards }: PoolTable, catchment: number): number[][] {
  const deck = (deckOf[catchment] ?? 0) * DECK.WORDS;
  const [first = 0, count = 0, size = 0] = decks.subarray(deck, deck + DECK.WORDS);
  return Array.from({ length: count }, (_, i) => [
    ...cards.subarray(first + i * size, first + (i + 1) * size),
  ]);
}

function textOf(table: PoolTable, catchment: number): string {
  return cardsOf(table, catchment).join('/');
}

function countsOf(cards: readonly (readonly number[])[], records: number): number[] {
  const counts = new Array<number>(records).fill(0);
  for (const record of cards.flat()) counts[record] = (counts[record] ?? 0) + 1;
  return counts;
}

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

/** A geography of some catchments over `seats` mirrors: each mirror in one band of each, or in none. */
const someCatchments = (seats: number) =>
  fc.array(
    fc
      .tuple(fc.array(fc.nat(4), { minLength: seats, maxLength: seats }), fc.boolean())
      .map(([places, network]) =>
        [0, 1, 2, 3]
          .map(
            (place): Band => ({
              tier: network && place === 0 ? 'network' : place < 2 ? 'near' : 'far',
              members: places.flatMap((own, seat) => (own === place ? [seat] : [])),
            }),
          )
          .filter(({ members }) => members.length > 0),
      ),
    { minLength: 1, maxLength: 5 },
  );
const standing = fc.constantFrom<Standing>('up', 'up', 'up', 'up', 'down', 'down', 'new', 'off');

/** How many cards hold each seat; of its addresses, as evenly as turns go. Throws where they do not. */
function seatCounts(table: PoolTable, catchment: number, { seats }: PoolPlan): number[] {
  const records = seats.flatMap((seat, i) => seat.addresses.map(() => i));
  const counts = countsOf(cardsOf(table, catchment), records.length);
  return seats.map((_, seat) => {
    const own = counts.filter((count, record) => records[record] === seat && count > 0);
    if (own.some((count) => Math.abs(count - (own[0] ?? 0)) > 1)) throw new Error(`turns of ${own}`);
    return own.reduce((sum, count) => sum + count, 0);
  });
}

t.test('however one came to it, the counts are those of a fresh deal', async () => {
  const seats = 9;
  const addresses = (i: number): number => (i % 4 === 0 ? 2 : 1);
  const count = Array.from({ length: seats }, (_, i) => addresses(i)).reduce((a, b) => a + b);
  fc.assert(
    fc.property(
      someCatchments(seats),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: seats, maxLength: seats }),
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom(0.1, 0.2, 0.34, 0.5, 1),
      fc.array(fc.array(standing, { minLength: count, maxLength: count }), { minLength: 1, maxLength: 6 }),
      fc.array(fc.tuple(fc.nat(count - 1), standing), { maxLength: 12 }),
      (catchments, weights, answers, maxShare, starts, flips) => {
        const plan = planOf(
          weights.map((weight, i) => ({ weight, addresses: addresses(i) })),
          { answers, maxShare },
        );
        const geography = geographyOf(catchments);
        const dealer = createDealer([plan], [geography], seededRandom(1));
        // Wholly other standings, then one address after the other.
        const steps = [...starts];
        for (const [i, own] of flips) {
          const before = steps.at(-1) ?? [];
          steps.push(before.map((kept, at) => (at === i ? own : kept)));
        }
        return steps.every((step) => {
          const table = dealer.deal(0, step);
          const fresh = createDealer([plan], [geography], seededRandom(2)).deal(0, step);
          return catchments.every(
            (_, i) => seatCounts(table, i, plan).join() === seatCounts(fresh, i, plan).join(),
          );
        });
      },
    ),
    { numRuns: 30 },
  );
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
  t.not(first?.records, second?.records, 'but not their addresses');
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
  t.same([...dealer.deal(0, ['down', 'down', 'up']).deckOf], [0, 1, 0], 'or not, as health has it');
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
