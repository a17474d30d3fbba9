/** A verdict while decks are drawn for another: who is dead leaves at once, and in the end all is drawn. */
import t from 'tap';
import type { PoolTable } from '../../src/answer/table.js';
import { createDealDesk } from '../../src/compile/deal-desk.js';
import { createDealer } from '../../src/compile/dealer.js';
import type { Dealt } from '../../src/compile/messages.js';
import type { PoolPlan } from '../../src/compile/pool-plan.js';
import { seededRandom } from '../../src/random.js';
import type { Band } from '../../src/select/bands.js';
import type { Standing } from '../../src/select/health-view.js';
import { cardsOf, countsOf, geographyOf, planOf } from './decks.js';

const MIRRORS = 40;
/** Eight mirrors near each of 180 catchments, and one that sees mirror 0 alone. */
const CATCHMENTS: Band[][] = Array.from({ length: 180 }, (_, i): Band[] => {
  const step = [1, 3, 7, 9, 11, 13][i % 6] ?? 1;
  const members = Array.from({ length: 8 }, (_, j) => (Math.floor(i / 6) + j * step) % MIRRORS);
  return [
    { tier: 'near', members },
    { tier: 'far', members: others(members) },
  ];
});
const LONE = CATCHMENTS.push([
  { tier: 'network', members: [0] },
  { tier: 'far', members: others([0]) },
]);
const lone = LONE - 1;

function others(members: readonly number[]): number[] {
  return Array.from({ length: MIRRORS }, (_, i) => i).filter((i) => !members.includes(i));
}

/** The catchments that it is near to. */
const near = (mirror: number): number[] =>
  CATCHMENTS.flatMap(([first], i) => (first?.members.includes(mirror) === true ? [i] : []));

const standings = (...down: number[]): Standing[] =>
  Array.from({ length: MIRRORS }, (_, i) => (down.includes(i) ? 'down' : 'up'));

/** Deals so many catchments and no more. */
const some = (count: number): (() => boolean) => {
  let left = count;
  return () => left-- <= 0;
};

/** A desk, all told, and the tables as they are published. */
function opened(more: Partial<PoolPlan>[] = [{}]) {
  const plans = more.map((own) =>
    planOf(
      Array.from({ length: MIRRORS }, () => ({ weight: 1 })),
      own,
    ),
  );
  const geography = geographyOf(CATCHMENTS);
  const dealer = createDealer(plans, [geography], seededRandom(1));
  const told: Dealt[] = [];
  const tables: PoolTable[] = [];
  const desk = createDealDesk(dealer, (dealt) => {
    told.push(dealt);
    for (const { number, pool } of dealt.changes) tables[number] = pool;
  });
  let tickets = 0;
  const take = (standing: readonly Standing[], numbers: readonly number[] = [0], patience = 0): number => {
    const ticket = tickets++;
    desk.take({ ticket, standings: numbers.map((number) => ({ number, standing })) }, some(patience));
    return ticket;
  };
  const served = (number = 0): PoolTable => {
    const table = tables[number];
    if (table === undefined) throw new Error('nothing is served yet');
    return table;
  };
  return {
    take,
    goOn: (count = Infinity) => desk.goOn(some(count)),
    served,
    steps: (ticket: number) => told.filter((dealt) => dealt.ticket === ticket).map(({ step }) => step),
    /** The catchments whose cards hold a mirror. */
    holding: (mirror: number, number = 0) =>
      CATCHMENTS.flatMap((_, i) => (cardsOf(served(number), i).flat().includes(mirror) ? [i] : [])),
    /** Those whose counts are not what dealing from nothing comes to. */
    inexact(standing: readonly Standing[], number = 0): number[] {
      const fresh = createDealer(plans, [geography], seededRandom(2)).deal(number, standing);
      return CATCHMENTS.flatMap((_, i) => {
        const [is, due] = [served(number), fresh].map((table) => countsOf(cardsOf(table, i), MIRRORS).join());
        return is === due ? [] : [i];
      });
    },
    isWhole: (number = 0) =>
      CATCHMENTS.every((_, i) =>
        cardsOf(served(number), i).every((card) => new Set(card).size === card.length && card.length > 0),
      ),
  };
}

t.test('a first table comes when all of it is drawn', async (t) => {
  const { take, goOn, steps, served, inexact } = opened();
  const ticket = take(standings());
  t.same(steps(ticket), ['taken']);
  t.equal(goOn(100), true);
  t.throws(served, 'part of a pool is not served');
  t.equal(goOn(), false);
  t.same(steps(ticket), ['taken', 'drawn']);
  t.same(inexact(standings()), []);
});

t.test('who is dead leaves all decks before any other is drawn', async (t) => {
  const { take, goOn, steps, holding, inexact, isWhole } = opened();
  take(standings());
  goOn();
  t.same(holding(20), near(20));
  const dead = [16, 18, 20, 22, 24];
  const ticket = take(standings(...dead));
  t.same(steps(ticket), ['taken']);
  for (const mirror of dead) t.same(holding(mirror), []);
  t.ok(isWhole(), 'as many addresses as before, each once');
  t.ok(inexact(standings(...dead)).length > 50, 'but not as they should be yet');
  goOn();
  t.same(steps(ticket), ['taken', 'drawn']);
  t.same(inexact(standings(...dead)), []);
});

t.test('so does one that is alone in a deck, as soon as there is time at all', async (t) => {
  const { take, goOn, steps, holding, served, inexact } = opened();
  take(standings());
  goOn();
  t.ok(holding(0).includes(lone));
  t.same(new Set(cardsOf(served(), lone).flat()), new Set([0]));
  const dead = [0, 2, 4, 6, 8];
  const patient = take(standings(...dead), [0], 1);
  t.same(steps(patient), ['taken']);
  t.same(holding(0), []);
  t.ok(inexact(standings(...dead)).length > 50, 'before the others are drawn');
  goOn();
  take(standings());
  goOn();
  const hasty = take(standings(...dead), [0], 0);
  t.same(holding(0), [lone], 'no time at all');
  goOn(1);
  t.same(holding(0), []);
  t.same(steps(hasty), ['taken', 'bridged']);
  goOn();
  t.same(steps(hasty), ['taken', 'bridged', 'drawn']);
  t.same(inexact(standings(...dead)), []);
});

t.test('few decks are drawn at once', async (t) => {
  const { take, goOn, steps, holding, inexact } = opened();
  take(standings());
  goOn();
  const ticket = take(standings(0));
  t.same(steps(ticket), ['drawn']);
  t.same(holding(0), []);
  t.same(inexact(standings(0)), []);
});

t.test('a verdict while others are drawn does not wait for them', async (t) => {
  const { take, goOn, steps, holding, inexact, isWhole } = opened();
  take(standings());
  goOn();
  const first = take(standings(1, 2, 3, 4, 5));
  goOn(20);
  t.same(steps(first), ['taken']);
  // Two more, and two come back.
  const second = take(standings(1, 2, 3, 6, 7, 20), [0], 20);
  for (const mirror of [1, 2, 3, 6, 7, 20]) t.same(holding(mirror), [], `${mirror}`);
  t.ok(isWhole());
  goOn();
  t.same(steps(first), ['taken', 'drawn']);
  t.same(steps(second), ['taken', 'drawn']);
  t.same(inexact(standings(1, 2, 3, 6, 7, 20)), []);
  t.ok(holding(4).length > 0, 'who came back is there');
});

t.test('whoever flaps holds nobody up', async (t) => {
  const { take, goOn, steps, holding } = opened();
  take(standings());
  goOn();
  const few = [1, 2, 3, 30, 31, 32];
  const wanted = take(standings(...few));
  const flapping = [8, 9, 10, 11, 12];
  let turns = 0;
  for (; !steps(wanted).includes('drawn'); turns++) {
    // Less than what each turn touches anew: it would never come to an end by itself.
    const isDown = turns % 2 === 0;
    take(standings(...few, ...(isDown ? flapping : [])));
    if (isDown) for (const mirror of flapping) t.same(holding(mirror), []);
    goOn(40);
    if (turns > 20) throw new Error('it starves');
  }
  t.ok(turns > 1, `${turns} turns`);
  t.equal(goOn(0), true, 'there is still more to do');
});

t.test('pools that stand alike are dealt once, and part and meet again', async (t) => {
  const { take, goOn, steps, served, holding, inexact } = opened([{}, { family: 'ipv6' }]);
  take(standings(), [0, 1]);
  goOn();
  t.equal(served(0).cards, served(1).cards);
  t.equal(served(0).decks, served(1).decks);
  const dead = [16, 18, 20, 22, 24];
  const one = take(standings(...dead), [0]);
  goOn(30);
  t.equal(holding(20, 0).length, 0);
  t.same(holding(20, 1), near(20), 'the other stands as it did');
  t.same(inexact(standings(), 1), []);
  const other = take(standings(...dead), [1]);
  t.same(holding(20, 1), []);
  goOn();
  t.equal(served(0).decks, served(1).decks);
  for (const ticket of [one, other]) t.same(steps(ticket), ['taken', 'drawn']);
  for (const number of [0, 1]) t.same(inexact(standings(...dead), number), []);
});

t.test('a pool that joins another waits for what that one waits for', async (t) => {
  const { take, goOn, steps, inexact } = opened([{}, { family: 'ipv6' }]);
  take(standings(), [0, 1]);
  goOn();
  const own = take(standings(1, 2, 3, 4, 5), [1]);
  goOn(60);
  take(standings(16, 18, 20, 22, 24), [0]);
  take(standings(16, 18, 20, 22, 24), [1]);
  for (let turns = 0; goOn(1); turns++) if (turns > 2000) throw new Error('no end');
  t.equal(steps(own).at(-1), 'drawn');
  t.same(inexact(standings(16, 18, 20, 22, 24), 1), []);
});

t.test('nothing new is answered with nothing', async (t) => {
  const { take, goOn, steps, served } = opened();
  take(standings());
  goOn();
  const before = served();
  t.same(steps(take(standings())), ['drawn']);
  t.equal(served(), before);
  t.equal(goOn(), false);
});
